"""Connections that are reset some time after they were first used: a middlebox that loses its patience."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("reset_after")
@dataclass(frozen=True, slots=True, kw_only=True)
class ResetAfter(LinkFault):
    """Resets a connection ``delay`` seconds after its first bytes in this direction, which never arrive."""

    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK
    keeps_bytes: ClassVar[bool] = False

    delay: float = 0.0
    idle_too: bool = False
    """Whether the time runs from when the fault began on the connection, so that silent ones are reset as well."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "delay is seconds, 0 or more", 0 <= self.delay < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that waits, then resets."""
        return _Fuse(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was reset."""
        return evidence.get("connections_reset", 0) >= 1


class _Fuse(Pipe):
    """Lets nothing through; burns from the first bytes, or end, until the reset."""

    __slots__ = ("_blown", "_context", "_due", "_fault", "_swallowed")

    def __init__(self, fault: ResetAfter, context: PipeContext) -> None:
        self._fault = fault
        self._context = context
        self._due: float | None = None
        self._blown = False
        self._swallowed = False

    def begin(self, now: float) -> None:
        if self._fault.idle_too:
            self._due = now + self._fault.delay

    def deadline(self) -> float | None:
        return self._due

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if self._blown:
            return ()
        if segment.end is End.RST:
            self._blown, self._due = True, None
            return (segment,)
        self._swallowed = True
        if self._due is None:
            self._due = segment.at + self._fault.delay
        return self.tick(segment.at) if self._due <= segment.at else ()

    def tick(self, now: float) -> Iterable[Segment]:
        self._blown, self._due = True, None
        self._context.tally["connections_reset"] += 1
        self._context.struck("RST")
        return (Segment(now, end=End.RST),)

    def release(self, now: float) -> Iterable[Segment]:
        """What was swallowed can't come any more, so a fuse that has swallowed something blows now."""
        return self.tick(now) if self._swallowed and not self._blown else ()
