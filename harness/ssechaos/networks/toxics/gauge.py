"""What passes Toxiproxy, measured on both sides of it, because its own counters move only when a connection ends.

A plain relay of ours stands on either side. What enters between them and what leaves are facts that neither
Toxiproxy nor the client states. Connections can't be told apart between the two sides, so they are measured
together; with several at a time a rate is that of all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, LinkFault, Pipe
from ssechaos.faults.flow import Flow
from ssechaos.installation import Installation
from ssechaos.link import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.faults.base import Segment

Note = Callable[[int, Direction, int, float], None]
"""Is told a connection, a direction, how many bytes, and when."""


class Watch(Installation):
    """Tells what passes a relay of ours: connection, direction, bytes and time."""

    def __init__(self, note: Note) -> None:
        super().__init__(LinkFault(), "", lambda *_: None)
        self._note = note

    def stage(self, connection: int, direction: Direction) -> Stage:
        """A stage that only looks."""
        return Stage(_Watching(self._note, connection, direction))


class _Watching(Pipe):
    __slots__ = ("_connection", "_direction", "_note")

    def __init__(self, note: Note, connection: int, direction: Direction) -> None:
        self._note = note
        self._connection = connection
        self._direction = direction

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.data:
            self._note(self._connection, self._direction, len(segment.data), segment.at)
        return (segment,)


class Pace:
    """How fast bytes come out while more of them wait inside, not counting how long the first of them took.

    That is the rate of the bottleneck, whatever delay there is beside it.
    """

    def __init__(self) -> None:
        self._last: float | None = None
        self._bytes = 0
        self._seconds = 0.0

    def leave(self, size: int, now: float, *, more: bool) -> None:
        """``size`` bytes came out; ``more`` says whether others are still inside."""
        if self._last is not None:
            self._bytes += size
            self._seconds += now - self._last
        self._last = now if more else None

    @property
    def rate(self) -> float | None:
        """Bytes per second; None when no two came out in a row."""
        return self._bytes / self._seconds if self._seconds > 0 else None


class Passage:
    """What entered Toxiproxy and what left it while one step was in force."""

    def __init__(self) -> None:
        self._flows = {Direction.UPSTREAM: Flow(), Direction.DOWNSTREAM: Flow()}
        self._paces = {Direction.UPSTREAM: Pace(), Direction.DOWNSTREAM: Pace()}
        self._counts: Counter[str] = Counter()

    def enter(self, direction: Direction, size: int, now: float) -> None:
        """Bytes went in."""
        self._counts["segments"] += 1
        self._flows[direction].enter(now, size)

    def leave(self, direction: Direction, size: int, now: float) -> None:
        """Bytes came out."""
        self._counts["pieces"] += 1
        self._flows[direction].leave(now, size)
        self._paces[direction].leave(size, now, more=self._flows[direction].waiting > 0)

    def forget(self, now: float) -> None:
        """No connection lives: what is inside will never come out."""
        for flow in self._flows.values():
            flow.discard(now)

    def evidence(self, fault: LinkFault, now: float) -> dict[str, float]:
        """Counters by the names that the faults look for; see ``Installation.evidence``."""
        flows = [flow for way, flow in self._flows.items() if fault.direction.covers(way)]
        waits = [now - since for flow in flows if (since := flow.waiting_since()) is not None]
        inside = sum(flow.bytes_in - flow.bytes_out for flow in flows)
        return {
            **{name: float(count) for name, count in self._counts.items()},
            "bytes": float(sum(flow.bytes_in for flow in flows)),
            "bytes_held": float(sum(flow.bytes_held + flow.waiting for flow in flows)),
            "bytes_discarded": float(max(0, inside)),
            "longest_hold": round(max([*waits, *(flow.longest_hold for flow in flows)], default=0.0), 6),
            **self._rate(fault, now),
        }

    def _rate(self, fault: LinkFault, now: float) -> dict[str, float]:
        main = Direction.UPSTREAM if fault.direction is Direction.UPSTREAM else Direction.DOWNSTREAM
        flow, rate = self._flows[main], self._paces[main].rate
        busy = flow.busy(now)
        if rate is None and busy > 0:
            rate = flow.bytes_out / busy
        return {} if rate is None else {"rate": round(rate, 1)}
