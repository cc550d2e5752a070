"""A connection that ends after so many bytes, wherever in an event that is: a proxy's limit, or a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import Direction, End, LinkFault, Pipe, PipeContext, Segment, demand, end_named, whole
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("cut")
@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(LinkFault):
    """Ends a connection once ``after`` bytes have passed since the fault began on it; the rest never arrives."""

    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK
    keeps_bytes: ClassVar[bool] = False

    direction: Direction = Direction.DOWNSTREAM
    after: int = 1024
    times: int = 1
    """How many connections are cut, at most; later ones pass whole."""
    end: End = End.FIN

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        object.__setattr__(self, "end", end_named(self.end))
        demand(self, "after is a number of bytes, 0 or more", whole(self.after, 0))
        demand(self, "times is a number of connections, at least 1", whole(self.times))

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that counts, then ends."""
        return _Cutting(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was cut."""
        return evidence.get("connections_cut", 0) >= 1


class _Cutting(Pipe):
    """Lets so many bytes through, then an end, then nothing."""

    __slots__ = ("_context", "_cut", "_fault", "_left")

    def __init__(self, fault: Cut, context: PipeContext) -> None:
        self._fault = fault
        self._context = context
        self._left = fault.after
        self._cut = False

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if self._cut:
            return ()
        if len(segment.data) < self._left or segment.end is End.RST or self._spent():
            self._left = max(0, self._left - len(segment.data))
            return (segment,)
        self._cut = True
        self._context.tally["connections_cut"] += 1
        self._context.struck("cut")
        return (Segment(segment.at, segment.data[: self._left], self._fault.end),)

    def _spent(self) -> bool:
        return self._context.tally["connections_cut"] >= self._fault.times
