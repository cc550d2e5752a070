"""One stream under load: bytes and times in, what came and what was wrong with it out. No I/O."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from ssechaos.client.answer import Head, trouble
from ssechaos.client.messages import is_news
from ssechaos.errors import ProtocolError
from ssechaos.model import Ending, Terms
from ssechaos.probe.stamps import stamp_of
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from ssechaos.sse import Event

MOST_TIMES = 20_000
"""Events of one stream whose times are kept. All are counted."""


class Fate(Enum):
    """How a stream ended."""

    LASTED = "lasted"
    """It was still open when the load ended, or is complete."""
    SILENT = "silent"
    """It was open, and no event ever came."""
    CUT = "cut"
    """Its connection broke."""
    ENDED = "ended early"
    """Its connection was ended in good order, before it was complete."""
    GARBLED = "garbled"
    """It is no event stream that can be read."""
    REFUSED = "refused"
    """The server answered, but not with an event stream."""
    UNREACHABLE = "unreachable"
    """The server did not answer."""


class Stream:
    """What one stream has shown so far. Times are seconds, on the clock of all times that are given.

    Attributes:
        opened_after: From the request to the head of the response; None: it was not opened.
        first_after: From the request to the first event; None: none came.
        events: How many events came, apart from heartbeats and the like.
        bytes: Bytes of the body.
        missing: Ids that were left out, where ids are whole numbers that count.
        repeated: Events whose id is not above those before it: they came twice, or out of order.
        times: When events came.
        stamps: When the server says that it sent them; as many as times, or none.
        fate: How it ended; None: it has not.
        trouble: Why it did not last, in words.
    """

    def __init__(self, began: float) -> None:
        """``began`` is when the request was made."""
        self.opened_after: float | None = None
        self.first_after: float | None = None
        self.events = self.bytes = self.missing = self.repeated = 0
        self.times: list[float] = []
        self.stamps: list[float] = []
        self.fate: Fate | None = None
        self.trouble = ""
        self._began = began
        self._parser = Parser()
        self._last_id: str | None = None
        self._ending = Ending(Terms())
        self._complete = False

    @property
    def intact(self) -> bool:
        """Whether it lasted, and no event is missing or repeated."""
        return self.fate is Fate.LASTED and not self.missing and not self.repeated

    def answered(self, head: Head, now: float) -> None:
        """The head of the response came."""
        problem = trouble(head)
        if problem is None:
            self.opened_after = now - self._began
        elif HTTPStatus.MULTIPLE_CHOICES <= head.status < HTTPStatus.BAD_REQUEST:
            self._end(Fate.REFUSED, f"the server redirects ({head.status}): name the URL that it leads to")
        else:
            self._end(Fate.REFUSED, problem.reason)

    def received(self, data: bytes, now: float) -> None:
        """Bytes of the body came."""
        self.bytes += len(data)
        try:
            events = self._parser.feed(data)
        except ProtocolError as error:
            self._end(Fate.GARBLED, str(error))
            return
        for event in events:
            self._take(event, now)

    def broke(self, reason: str) -> None:
        """The connection broke, or was never made."""
        self._end(Fate.UNREACHABLE if self.opened_after is None else Fate.CUT, reason)

    def closed(self) -> None:
        """The server ended the connection in good order."""
        self._end(Fate.LASTED if self._complete else Fate.ENDED, "the server ended it before it was complete")

    def left(self) -> None:
        """The load is over."""
        if self.opened_after is None:
            self._end(Fate.UNREACHABLE, "no answer came before the load was over")
        elif self.first_after is None:
            self._end(Fate.SILENT, "no event came")
        else:
            self._end(Fate.LASTED, "")

    def _end(self, fate: Fate, trouble: str) -> None:
        """What comes after the first end changes nothing."""
        if self.fate is None:
            self.fate = fate
            self.trouble = "" if fate is Fate.LASTED else trouble

    def _take(self, event: Event, now: float) -> None:
        if self.first_after is None:
            self.first_after = now - self._began
        if self._ending.marked(event.event, event.data):
            self._complete = True
        elif is_news(event):
            self._count(event, now)

    def _count(self, event: Event, now: float) -> None:
        self.events += 1
        if event.id:
            self._place(event.id)
        if len(self.times) < MOST_TIMES:
            self._time(event, now)

    def _place(self, event_id: str) -> None:
        last, self._last_id = self._last_id, event_id
        if last is None:
            return
        if not (event_id.isdecimal() and last.isdecimal()):
            self.repeated += event_id == last
            return
        step = int(event_id) - int(last)
        self.missing += max(0, step - 1)
        self.repeated += step <= 0
        if step <= 0:
            self._last_id = last

    def _time(self, event: Event, now: float) -> None:
        """Looks for a time of sending in the first event; where that has none, no other is looked at."""
        if len(self.stamps) == len(self.times) and (stamp := stamp_of(event.data)) is not None:
            self.stamps.append(stamp.seconds)
        self.times.append(now)
