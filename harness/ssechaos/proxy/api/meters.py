"""What leaves a proxy, counted while it goes: bytes, and server-sent events.

Toxiproxy's own counters move only when a connection ends, which for a stream may be hours.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, LinkFault, Pipe
from ssechaos.installation import Installation
from ssechaos.link import Stage
from ssechaos.proxy.api.counting import EventCount
from ssechaos.proxy.observer import Observer

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from ssechaos.faults.base import Segment


_LOG = logging.getLogger(__name__)


class Meter(Installation, Observer):
    """Stands behind the toxics. It may be moved while connections live: it goes on counting where it was."""

    def __init__(self) -> None:
        super().__init__(LinkFault(), "", lambda *_: None)
        self._pipes: dict[tuple[int, Direction], _Counting] = {}

    def stage(self, connection: int, direction: Direction) -> Stage:
        """The stage for one direction of a connection, the same one each time."""
        key = connection, direction
        if key not in self._pipes:
            self._pipes[key] = _Counting(self.tally, direction)
        return Stage(self._pipes[key])

    def closed(self, connection: int, how: str) -> None:  # noqa: ARG002 - the face of observers
        """A connection is over: nothing more will come of it."""
        for direction in (Direction.UPSTREAM, Direction.DOWNSTREAM):
            self._pipes.pop((connection, direction), None)

    def broke(self, error: Exception) -> None:
        """Say so in the log: nobody asks a proxy that stands alone whether it still works."""
        _LOG.error("a proxy broke, so what is seen from now on is worth nothing: %r", error, exc_info=error)


class _Counting(Pipe):
    __slots__ = ("_events", "_name", "_tally")

    def __init__(self, tally: Counter[str], direction: Direction) -> None:
        self._tally = tally
        self._name = direction.value
        self._events = EventCount() if direction is Direction.DOWNSTREAM else None

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._tally[self._name] += len(segment.data)
        if self._events is not None and segment.data:
            before = self._events.events
            self._events.feed(segment.data)
            self._tally["events"] += self._events.events - before
        return (segment,)
