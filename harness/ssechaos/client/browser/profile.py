"""The folder that a browser keeps its profile in: of one browser, in the system's place for temporary files.

Its settings forbid the browser to connect to a server before it has anything to ask there. Such a connection is
idle, so that a fault would strike it, and count as made, and no stream would notice.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.processes import lives

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "ssechaos-chromium-"
"""Followed by the number of the process that the profile is for."""
SOCKET = "SingletonSocket"
"""In the profile, a link to the browser's socket. That stands in a temporary folder of the browser's own."""

_PREDICT_NOTHING = {"net": {"network_prediction_options": 2}}


@contextmanager
def profile() -> Iterator[Path]:
    """A new profile, removed at the end. What processes that were killed have left is removed first."""
    remove_leftovers(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    try:
        settings = folder / "Default" / "Preferences"
        settings.parent.mkdir()
        settings.write_text(json.dumps(_PREDICT_NOTHING), encoding="utf-8")
        yield folder
    finally:
        _remove(folder)


def remove_leftovers(temporary: Path) -> None:
    """Remove the profiles in ``temporary`` whose process is gone."""
    for folder in temporary.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdecimal() and not lives(int(owner)):
            _remove(folder)


def _remove(folder: Path) -> None:
    """Also what a browser that was killed could not remove itself."""
    link = folder / SOCKET
    if link.is_symlink() and link.readlink().name == SOCKET:
        shutil.rmtree(link.readlink().parent, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
