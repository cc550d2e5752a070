"""The history of a run on disk: written fact by fact while it goes on, so that a killed run leaves what it saw."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Self, TextIO

import ssechaos.faults  # noqa: F401 - reading a schedule back needs every fault in the registry
from ssechaos.errors import UsageError
from ssechaos.model import History, history_from_lines
from ssechaos.report.files import writing_to

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType


class HistoryFile:
    """A ``history.jsonl`` that is being written; its folder is made if need be, a file already there is replaced.

    Opening, ``append`` and closing raise ``ReportError`` when the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO

    def __enter__(self) -> Self:
        with writing_to(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8", newline="\n", buffering=1)
        return self

    def append(self, line: str) -> None:
        """Write one line, given without its end; it is in the operating system's hands when this returns."""
        with writing_to(self._path):
            self._file.write(f"{line}\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(OSError):  # the disk refuses again what made the first error, which says more
                self._file.close()
            return
        with writing_to(self._path):
            self._file.close()


def read_history(path: Path) -> History:
    """Read a ``history.jsonl`` back, without a last line that a kill or a full disk cut off.

    Raises:
        UsageError: there is no such file, or it is not a history.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return history_from_lines(file)
    except OSError as error:
        raise UsageError(f"no history can be read from {path}: {error.strerror or error}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
