"""A ledger that goes on where a killed process stopped, so that a run has one account of its server.

Each process numbers its connections from 1; here they go on counting. What the processes state twice, because the
first was killed between doing and saying it, is taken once. Connections that a kill ended are stated as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.server import Ledger

_OK = 200


class ContinuedLedger:
    """Passes on to ``ledger`` what one server after the other states about a single stream."""

    def __init__(self, ledger: Callable[[float], Ledger]) -> None:
        """``ledger`` gives the run's ledger for facts of a moment."""
        self._ledger_at = ledger
        self._moment = 0.0
        self._before = 0
        self._last = 0
        self._emitted = 0
        self._open: set[int] = set()

    def at(self, moment: float) -> ContinuedLedger:
        """This ledger, for a fact of ``moment``."""
        self._moment = moment
        return self

    @property
    def _ledger(self) -> Ledger:
        return self._ledger_at(self._moment)

    def killed(self, moment: float) -> None:
        """The process was killed: its connections are over, and the next one counts from 1 again."""
        self._moment = moment
        for connection in sorted(self._open):
            self._ledger.dropped(connection, "crash")
        self._open.clear()
        self._before = self._last

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """The stream produced an event."""
        if sequence > self._emitted:
            self._emitted = sequence
            self._ledger.emitted(sequence, event, data)

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """A request is answered."""
        self._last = connection + self._before
        if status == _OK:
            self._open.add(self._last)
        self._ledger.requested(self._last, peer, last_event_id, status)

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        """An event is handed to a connection."""
        self._ledger.sent(connection + self._before, sequence, event, data, replayed=replayed)

    def dropped(self, connection: int, reason: str) -> None:
        """The server is done with a connection."""
        self._open.discard(connection + self._before)
        self._ledger.dropped(connection + self._before, reason)
