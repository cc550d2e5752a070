"""What a client was doing at each moment of a run, as far as its history tells.

With several clients it is the first one that is followed.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ssechaos.model.entries import Connect, Delivered, Done, Emitted, ErrorShown, NoticeShown, Sent, StateShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import History
    from ssechaos.model.entries import Entry


class Phase(Enum):
    """Where a stream is, in words that go on after a comma."""

    BEFORE_FIRST_ID = "before the first id"
    IN_BACKOFF = "in backoff"
    CONNECTING = "while connecting again"
    IN_REPLAY = "in the middle of a replay"
    LIVE = "open and live"
    AT_THE_END = "at the end, when all was sent"
    OVER = "after the end"


def phased(history: History) -> Iterator[tuple[Entry, Phase]]:
    """Every entry, with the phase in which it met the client."""
    place = _Place(history.conditions.scenario.workload.events)
    for entry in history.entries:
        yield entry, place.phase
        place.take(entry)


class _Place:
    """The stream's place, entry by entry."""

    def __init__(self, events: int) -> None:
        self._events = events
        self._client: str | None = None
        self._emitted = 0
        self._delivered = 0
        self._replay_until = 0
        self._waits = False
        self._connects = False
        self._over = False

    @property
    def phase(self) -> Phase:
        if self._over:
            return Phase.OVER
        if not self._delivered:
            return Phase.BEFORE_FIRST_ID
        if self._waits:
            return Phase.IN_BACKOFF
        if self._connects:
            return Phase.CONNECTING
        if self._delivered < self._replay_until:
            return Phase.IN_REPLAY
        return Phase.AT_THE_END if self._emitted >= self._events else Phase.LIVE

    def take(self, entry: Entry) -> None:
        """Go on to what comes after ``entry``."""
        if isinstance(entry, Emitted):
            self._emitted = max(self._emitted, entry.sequence)
        elif isinstance(entry, Sent) and entry.replayed and self._connects:
            # The server is ahead of the client: what breaks the connection from now on breaks a replay.
            self._connects, self._replay_until = False, self._emitted
        client: str | None = getattr(entry, "client", None)
        self._client = self._client or client
        if client is not None and client == self._client:
            self._follow(entry)

    def _follow(self, entry: Entry) -> None:
        match entry:
            case Delivered(sequence=int(sequence)):
                self._delivered = max(self._delivered, sequence)
            case Connect():
                self._waits, self._connects = False, True
            case NoticeShown(retry_in=float()):
                self._waits, self._connects = True, False
            case StateShown(state="open"):
                self._waits = self._connects = False
                self._replay_until = self._emitted
            case Done() | ErrorShown():
                self._over = True
