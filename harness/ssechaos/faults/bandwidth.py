"""A link that carries so many bytes per second, as a slow access network does."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.faults.pace import Pace
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MOST_OVER = 1.05
"""What was measured may be this much above the set rate; a link that is not full stays below."""


def kbit(per_second: float) -> float:
    """Bytes per second, from kbit/s of 1000 bits, in which the field quotes access networks."""
    return per_second * 1000 / 8


@register("bandwidth")
@dataclass(frozen=True, slots=True, kw_only=True)
class Bandwidth(LinkFault):
    """At most ``rate`` bytes per second get through, in each direction; the rest waits its turn."""

    rate: float = kbit(100)
    shared: bool = False
    """Whether all connections have this rate together, by turns, as behind one access link; else each has it."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(
            self, "rate is bytes per second, more than 0; to let nothing through use Stall", 0 < self.rate < inf
        )

    def common(self) -> object:
        """One pace for each direction."""
        return {way: Pace(self.rate) for way in (Direction.UPSTREAM, Direction.DOWNSTREAM)}

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe at this rate, its own or the step's."""
        paces = context.shared if self.shared else self.common()
        assert isinstance(paces, dict)  # noqa: S101 - `common` made it
        return _Paced(paces[context.direction])

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes passed, and not faster than the set rate."""
        measured = evidence.get("total_rate" if self.shared else "rate", 0.0)
        return 0 < measured <= self.rate * _MOST_OVER


class _Paced(Pipe):
    """Bytes that pass slice by slice: one is on its way, the others wait."""

    __slots__ = ("_due", "_end", "_leaving", "_pace", "_waiting")

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._waiting = bytearray()
        self._leaving = b""
        self._end: End | None = None
        self._due: float | None = None

    @property
    def held(self) -> int:
        return len(self._waiting) + len(self._leaving)

    def deadline(self) -> float | None:
        return self._due

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            self._clear()
            return (segment,)
        self._waiting += segment.data
        self._end = segment.end
        return () if self._due is not None else self._next(segment.at)

    def tick(self, now: float) -> Iterable[Segment]:
        passed = Segment(now, self._leaving)
        return (passed, *self._next(now))

    def release(self, now: float) -> Iterable[Segment]:
        rest = self._leaving + self._waiting
        self._clear()
        return (Segment(now, rest, self._end),) if rest else ()

    def _clear(self) -> None:
        self._waiting.clear()
        self._leaving, self._due = b"", None

    def _next(self, now: float) -> Iterable[Segment]:
        """Put the next slice on its way; when there is none, an end passes."""
        self._leaving = bytes(self._waiting[: self._pace.slice_size])
        del self._waiting[: self._pace.slice_size]
        self._due = self._pace.reserve(now, len(self._leaving)) if self._leaving else None
        return (Segment(now, end=self._end),) if self._end and not self._leaving else ()
