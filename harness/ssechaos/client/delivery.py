"""In order and exactly once: which events go to the application now, which wait, which are repeats.

Ids that are whole numbers count the events of a stream from 1. So one number, the mark, says what was delivered,
and what is missing shows. Events that come early are held until the missing ones have come; a replay from the
mark brings everything that was not held. Other ids have no order: from the first such id on, events are delivered
as they come, and only repeats within a recent window are known. Events without id are delivered at once. Memory
is bounded.
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.sse import Event

_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


class Delivery:
    """The place of one stream, across its connections.

    Attributes:
        last_event_id: The id to resume after: the last one delivered, or the last one that the server declared
            gone. None before the first, and after an event with an empty id.
        duplicates: How many repeats were dropped.
        overflowed: An early event on this connection found the buffer full, and was dropped.
    """

    def __init__(self, limit: int, last_event_id: str | None = None) -> None:
        """Begin a stream, or go on after ``last_event_id``; ``limit``: most events held, and ids remembered."""
        self.last_event_id = last_event_id
        self.duplicates = 0
        self.overflowed = False
        self._limit = limit
        self._begun = last_event_id is not None
        self._mark = int(last_event_id) if last_event_id and _NUMBER.fullmatch(last_event_id) else 0
        self._held: dict[int, Event] = {}
        self._gone: deque[tuple[int, int]] = deque(maxlen=max(1, limit))
        self._highest_here = 0
        self._start_anywhere = False
        self._named = False
        self._recent: deque[str] = deque(maxlen=limit)

    @property
    def expected(self) -> int:
        """The id that the next event to deliver has, if ids are numbers."""
        return self._mark + 1

    @property
    def missing(self) -> int | None:
        """The expected id when a later one came first on this connection."""
        return self.expected if self._highest_here > self._mark and not self._named else None

    @property
    def holds(self) -> bool:
        """Whether events wait for a missing one, from whichever connection."""
        return bool(self._held)

    @property
    def start(self) -> int | None:
        """The first id that has come, as long as none was delivered: the stream may begin there."""
        return None if self._begun else min(self._held, default=None)

    def begin_connection(self) -> None:
        """Forget what was seen of the last connection's order; what is held stays."""
        self._highest_here = 0
        self._start_anywhere = False
        self.overflowed = False

    def take(self, event: Event) -> list[Event]:
        """Take the next event of the connection and return those to deliver now, in order."""
        if not event.id:
            self.last_event_id = None if event.id == "" else self.last_event_id
            return [event]
        if self._named or not _NUMBER.fullmatch(event.id):
            return self._take_named(event.id, event)
        return self._take_numbered(int(event.id), event)

    def skip(self, first: int | None, last: int | None) -> list[Event]:
        """The server has lost the events from ``first`` to ``last``; returns what need not wait any more.

        ``first=None``: all from the mark on. ``last=None``: all up to the next one that it sends.
        """
        if last is None:
            self._start_anywhere = True
            return []
        self._gone.append((self.expected if first is None else first, last))
        self.note(last)
        return self._release()

    def note(self, last: int) -> None:
        """The server says on this connection that the stream goes up to the id ``last``."""
        self._highest_here = max(self._highest_here, last)

    def accept_start(self) -> list[Event]:
        """Let the stream begin at the first id that has come; returns what need not wait any more."""
        self._mark = min(self._held) - 1
        return self._release()

    def _take_numbered(self, number: int, event: Event) -> list[Event]:
        if number == 0 and not self._begun:
            self._mark = -1
        if number <= self._mark or number in self._held:
            self.duplicates += 1
            self.note(number)
            return []
        if self._start_anywhere:
            self._start_anywhere = False
            self._gone.append((self.expected, number - 1))
        self.note(number)
        if number > self.expected and len(self._held) >= self._limit:
            self.overflowed = True
        else:
            self._held[number] = event
        return self._release()

    def _take_named(self, name: str, event: Event) -> list[Event]:
        if name in self._recent:
            self.duplicates += 1
            return []
        ready = [self._deliver(number) for number in sorted(self._held)]
        self._recent.append(name)
        self._named = self._begun = True
        self.last_event_id = name
        return [*ready, event]

    def _release(self) -> list[Event]:
        ready: list[Event] = []
        while True:
            if self.expected in self._held:
                ready.append(self._deliver(self.expected))
            elif (gone := self._gone_next()) is not None:
                ready += [self._deliver(number) for number in sorted(self._held) if number <= gone]
                self._mark, self._begun, self.last_event_id = gone, True, str(gone)
            else:
                return ready

    def _deliver(self, number: int) -> Event:
        event = self._held.pop(number)
        self._mark, self._begun, self.last_event_id = number, True, event.id
        return event

    def _gone_next(self) -> int | None:
        return next((last for first, last in self._gone if first <= self.expected <= last), None)
