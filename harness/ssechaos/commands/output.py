"""``--output FILE``: what a command has found, as JSON in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssechaos.errors import ReportError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the option."""
    parser.add_argument("--output", type=Path, metavar="FILE", help="write everything as JSON, too")


def check_output(path: Path | None) -> None:
    """Look whether the file can be written, before the work that is to fill it.

    Raises:
        UsageError: its folder does not exist.
    """
    if path is not None and not path.parent.is_dir():
        raise UsageError(f"--output can't be written: there is no folder {path.parent}")


def write_output(path: Path | None, document: Mapping[str, Any]) -> None:
    """Write the document, if a file was named.

    Raises:
        ReportError: the file can't be written.
    """
    if path is None:
        return
    try:
        path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"{path} can't be written ({error.strerror}); name another file with --output"
        ) from error
