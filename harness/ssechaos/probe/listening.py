"""Listening to one connection: bytes and times in, what they show and the time to leave out. No I/O."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.errors import ProtocolError
from ssechaos.probe.inflating import Inflater, Plain, inflater
from ssechaos.probe.observation import Arrival, Ending, Failure, Head, Read, Sighting
from ssechaos.probe.stamps import stamp_of
from ssechaos.sse import BlockSplitter, Parser

if TYPE_CHECKING:
    from ssechaos.sse import Event

SILENT = 10.0
"""Seconds of silence after which heartbeats are missing: a stream that is so silent at the timeout is suspect."""
PATIENCE = 33.0
"""Seconds of silence that such a stream is listened to. Many proxies cut after 30 s, few before."""
MOST = 20_000
"""Events, reads or comments after which enough has been seen."""

_HEARTBEATS = frozenset({"heartbeat", "ping", "keepalive", "keep-alive", "keep_alive"})
_TERMINAL_TYPES = frozenset({"complete", "done", "end", "message_stop", "response.completed"})
_TERMINAL_DATA = "[DONE]"


class Listener:
    """What one connection has shown so far.

    Args:
        url: As it may be shown.
        now: When the request began, on the clock of all times that are given.
        timeout: How long to listen, in seconds.
        only_id: Whether the first event with an id is enough.
    """

    def __init__(self, url: str, now: float, timeout: float, *, only_id: bool = False) -> None:
        self._began = now
        self._timeout = timeout
        self._only_id = only_id
        self._seen = Sighting(url=url, ended_at=0.0)
        self._reads: list[Read] = []
        self._arrivals: list[Arrival] = []
        self._comments: list[float] = []
        self._parser = Parser()
        self._blocks = BlockSplitter()
        self._inflater: Inflater = Plain()
        self._last_byte = 0.0
        self._over = False

    @property
    def deadline(self) -> float:
        """When to leave. A stream that is silent at the timeout gets longer, so that an idle cut can show."""
        wait = self._timeout
        if self._seen.is_stream and wait - self._last_byte >= SILENT:
            wait = max(wait, self._last_byte + PATIENCE)
        return self._began + wait

    @property
    def over(self) -> bool:
        """Whether nothing more is to be heard, or enough was."""
        if self._only_id and any(arrival.id for arrival in self._arrivals):
            return True
        return self._over or max(len(self._reads), len(self._arrivals), len(self._comments)) >= MOST

    @property
    def count(self) -> int:
        """How many events have come."""
        return len(self._arrivals)

    def silence(self, now: float) -> float:
        """Seconds since the last sign of life."""
        return now - self._began - self._last_byte

    @property
    def opened(self) -> bool:
        """Whether an event stream was opened."""
        return self._seen.is_stream

    def connected(self, now: float) -> None:
        """The connection stands, TLS included."""
        self._seen = replace(self._seen, connected_at=now - self._began)

    def answered(self, head: Head, now: float) -> None:
        """The head of the response came; its own time is replaced."""
        self._last_byte = now - self._began
        self._seen = replace(self._seen, head=replace(head, at=self._last_byte))
        if not head.is_stream:
            self.ended(Ending.LEFT, now)
            return
        try:
            self._inflater = inflater(head.compression)
        except ProtocolError as error:
            self.ended(Ending.GARBLED, now, str(error))

    def received(self, data: bytes, now: float) -> None:
        """Bytes of the body came, as they were on the wire."""
        at = self._last_byte = now - self._began
        before, comments = len(self._arrivals), self._parser.comments
        try:
            plain = self._inflater.feed(data)
            self._arrivals += [_arrival(event, at) for event in self._parser.feed(plain)]
            self._blocks.feed(plain)
        except ProtocolError as error:
            self.ended(Ending.GARBLED, now, str(error))
        self._comments += [at] * (self._parser.comments - comments)
        events = len(self._arrivals) - before
        self._reads.append(Read(at, len(data), events, inside=bool(self._blocks.pending)))

    def failed(self, failure: Failure, now: float) -> None:
        """No answer will come."""
        self._seen = replace(self._seen, failure=failure)
        self.ended(Ending.CUT, now, failure.message)

    def ended(self, ending: Ending, now: float, trouble: str = "") -> None:
        """The connection is over; what comes after the first end is ignored."""
        if not self._over:
            self._over = True
            self._seen = replace(self._seen, ending=ending, ended_at=now - self._began, trouble=trouble)

    def sighting(self) -> Sighting:
        """Everything that was seen."""
        return replace(
            self._seen,
            reads=tuple(self._reads),
            arrivals=tuple(self._arrivals),
            comments=tuple(self._comments),
        )


def _arrival(event: Event, at: float) -> Arrival:
    return Arrival(
        at=at,
        event=event.event,
        id=event.id,
        stamp=stamp_of(event.data),
        heartbeat=event.event.lower() in _HEARTBEATS,
        terminal=event.event in _TERMINAL_TYPES or event.data.strip() == _TERMINAL_DATA,
    )
