"""A replay history that outlives the server's process: what was given out is known again after a kill.

Each event is in the file before anybody can be sent it, so that a client never has an id that the next process
does not know. A line that a kill cut off was never sent, and is left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ssechaos.server.replay import Replay

if TYPE_CHECKING:
    from pathlib import Path

    from ssechaos.server.ledger import Ledger
    from ssechaos.sse import Event


class Journal:
    """The file of a server that has one stream. It is the server's ``ReplayFactory``.

    Args:
        path: The file; it need not exist.
        ledger: Is told again, when the stream is read back, of every event in the file: the process before may
            have been killed between writing one and stating it.
    """

    def __init__(self, path: Path, ledger: Ledger) -> None:
        self._path = path
        self._ledger = ledger

    def __call__(self, limit: int, first: int) -> Replay:
        """The stream's history, as far as the file has it."""
        events = self._whole_lines()
        replay = _Journalled(self._path, limit, first)
        for sequence, (event, data) in enumerate(events, start=first):
            replay.restore(event, data)
            self._ledger.emitted(sequence, event, data)
        return replay

    def _whole_lines(self) -> list[Any]:
        """The events of the file, which is cut back to the last whole line."""
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        self._path.write_bytes(whole)
        return [json.loads(line) for line in whole.splitlines()]


class _Journalled(Replay):
    """Writes down what it is given to keep."""

    def __init__(self, path: Path, limit: int, first: int) -> None:
        super().__init__(limit, first)
        self._path = path

    def restore(self, event: str, data: str) -> None:
        """Keep an event that is in the file already."""
        super().append(event, data)

    def append(self, event: str, data: str) -> Event:
        with self._path.open("ab") as file:
            file.write(json.dumps([event, data]).encode() + b"\n")
        return super().append(event, data)
