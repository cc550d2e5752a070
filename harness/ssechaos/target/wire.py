"""What the target wrote to each connection, told to the ledger as its own server would tell it.

This is the server's own wire, before any fault: so what is wrong here is the server's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.target.course import Course
from ssechaos.target.decoding import EventReader

if TYPE_CHECKING:
    from ssechaos.model import Terms
    from ssechaos.recording import ServerRecorder

UNANSWERED = 0
"""Stands for the status of a request that was not answered."""

_OK = 200
_REDIRECTED = 307  # or any other of them
_EVENT_STREAM = "text/event-stream"


class Wire:
    """All connections of one run.

    Attributes:
        course: What was seen of the stream on any of them.
    """

    def __init__(self, ledger: ServerRecorder, terms: Terms, *, is_truth: bool) -> None:
        """``is_truth``: what is seen here for the first time is what the server produced; else a witness says."""
        self.course = Course(terms)
        self.ledger = ledger
        self.is_truth = is_truth
        self._connections = 0

    def arrives(self, peer: str, last_event_id: str | None) -> Connection:
        """A request arrived from ``peer``."""
        self._connections += 1
        return Connection(self, self._connections, peer, last_event_id)


class Connection:
    """One request and its answer."""

    def __init__(self, wire: Wire, number: int, peer: str, last_event_id: str | None) -> None:
        self._wire = wire
        self._number = number
        self._peer = peer
        self._last_event_id = last_event_id
        self._before = wire.course.highest
        self._reader: EventReader | None = None
        self._status: int | None = None
        self._complete = False

    def answered(self, status: int, content_type: str, coding: str) -> None:
        """The head of the answer came. Only an event stream is read.

        Raises:
            TargetError: the stream is in a coding that can't be read.
        """
        self._record(status)
        if status == _OK and content_type == _EVENT_STREAM:
            self._reader = EventReader(coding)

    def carried(self, data: bytes) -> None:
        """Bytes of the answer's body came.

        Raises:
            TargetError: they can't be read.
        """
        if self._reader is None:
            return
        comments = self._reader.comments
        for event in self._reader.feed(data):
            place = self._wire.course.take(event)
            ledger, sequence = self._wire.ledger, place.sequence
            if sequence is not None and place.first and self._wire.is_truth:
                ledger.emitted(sequence, event.event, event.data)
            replayed = sequence is not None and sequence <= self._before
            ledger.sent(self._number, sequence, event.event, event.data, replayed=replayed, event_id=event.id)
            self._complete = self._complete or place.last
        if self._reader.comments > comments:
            self._wire.ledger.commented(self._number)

    def redirected(self) -> None:
        """The answer leads on: the request that follows it is the one that counts."""
        self._status = _REDIRECTED

    def over(self, reason: str) -> None:
        """The connection ended: ``server_end``, ``server_reset`` or ``client_gone``; ``complete`` if it was."""
        if self._status is None:
            self._record(UNANSWERED)
        elif self._status == _OK:
            self._wire.ledger.dropped(self._number, "complete" if self._complete else reason)

    def _record(self, status: int) -> None:
        self._status = status
        self._wire.ledger.requested(self._number, self._peer, self._last_event_id, status)
