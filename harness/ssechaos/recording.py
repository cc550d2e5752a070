"""Turns what the two ends tell into entries: the server's ledger and the client's application."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from ssechaos.model import Numbering, Recorder, digest
from ssechaos.model.entries import (
    Clocked,
    Commented,
    Connect,
    Delivered,
    Done,
    Dropped,
    Emitted,
    ErrorShown,
    Misbehaved,
    NoticeShown,
    Requested,
    Sent,
    StateShown,
    measured,
)
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model.entries import Entry
    from ssechaos.sse import Event


class ServerRecorder:
    """The ledger of what the server did as entries: the ground truth of a run."""

    def __init__(self, record: Recorder | partial[Any]) -> None:
        self._record = record

    @classmethod
    def late(cls, record: Recorder, moment: float) -> ServerRecorder:
        """The ledger for facts of ``moment``, by the recorder's clock, that are heard of only now."""
        return cls(partial(record.late, moment))

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """The server produced an event."""
        told, size = measured(data)
        self._record(Emitted, sequence=sequence, event=event, digest=told, size=size)

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """A request was answered with ``status``."""
        self._record(Requested, connection=connection, peer=peer, last_event_id=last_event_id, status=status)

    def sent(  # noqa: PLR0913 - the ledger's face
        self,
        connection: int,
        sequence: int | None,
        event: str,
        data: str,
        *,
        replayed: bool,
        event_id: str | None = None,
    ) -> None:
        """An event was written to a connection; ``event_id``: what stood there, where it was read off the wire."""
        self._record(
            Sent,
            connection=connection,
            sequence=sequence,
            event=event,
            digest=digest(data),
            replayed=replayed,
            id=event_id,
        )

    def commented(self, connection: int) -> None:
        """A comment, or several at once, came on a connection."""
        self._record(Commented, connection=connection)

    def dropped(self, connection: int, reason: str) -> None:
        """The server is done with a connection."""
        self._record(Dropped, connection=connection, reason=reason)


class ClientRecorder:
    """The application at the end of a stream: everything that it gets and that its user sees becomes an entry."""

    def __init__(
        self,
        record: Recorder,
        name: str,
        log: Callable[[str], None] | None = None,
        numbering: Numbering | None = None,
    ) -> None:
        """``log`` is given each line that the client logs, with the time since the run began and its name.

        ``numbering`` says where the sequence of an event stands; by default in its id.
        """
        self._recorder = record
        self._moment: float | None = None
        self._name = name
        self._log = log
        self._numbering = numbering or Numbering()

    def connecting(self, attempt: int, last_event_id: str | None) -> None:
        """An attempt begins."""
        self._record(Connect, attempt=attempt, last_event_id=last_event_id)

    def deliver(self, event: Event) -> None:
        """An event arrived, in order and for the first time, as the client sees it."""
        told, size = measured(event.data)
        self._record(
            Delivered,
            id=event.id,
            event=event.event,
            sequence=self._numbering.of(event.id, event.data),
            digest=told,
            size=size,
            gap=_gap(event),
        )

    def show_state(self, state: str) -> None:
        """The user sees a state."""
        self._record(StateShown, state=state)

    def notify(
        self,
        message: str,
        attempt: int | None = None,
        retry_in: float | None = None,
        asked: float | None = None,
    ) -> None:
        """The user is told something."""
        told = {"message": message, "attempt": attempt, "retry_in": retry_in, "asked": asked}
        self._record(NoticeShown, **told)

    def fail(self, message: str) -> None:
        """The client gave up, visibly."""
        self._record(ErrorShown, message=message)

    def done(self) -> None:
        """The client takes the stream as complete."""
        self._record(Done)

    def clocked(self, unix: float, moment: float | None = None) -> None:
        """The client's own clock, for what it tells next."""
        self._moment = moment
        self._record(Clocked, unix=unix)
        self._moment = moment

    def misbehaved(self, message: str) -> None:
        """The client broke the rules of the harness."""
        self._record(Misbehaved, message=message)

    def log(self, line: str) -> None:
        """The client logged a line; it is made safe to print."""
        if self._log is not None:
            self._log(f"{self._recorder.now():9.3f} {self._name} {safe(line)}")

    def _record(self, kind: type[Entry], **values: Any) -> None:
        """An entry of now, or of the moment that the client's clock has just told."""
        moment, self._moment = self._moment, None
        if moment is None:
            self._recorder(kind, client=self._name, **values)
        else:
            self._recorder.late(moment, kind, client=self._name, **values)


def _gap(event: Event) -> tuple[int, int] | None:
    """What a ``gap`` event says is gone; None when it does not say it in numbers."""
    if event.event != "gap":
        return None
    try:
        told: Any = json.loads(event.data)
        return int(told["from"]), int(told["to"])
    except (ValueError, TypeError, KeyError):
        return None
