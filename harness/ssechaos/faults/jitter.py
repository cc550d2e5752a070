"""Delay that varies more than it lasts: often nothing, sometimes much. Order is kept, so that bytes queue up."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from random import Random


@register("jitter")
@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter(LinkFault):
    """Each piece takes ``delay`` seconds, give or take up to ``jitter`` (uniform), and never less than none."""

    delay: float = 0.0
    jitter: float = 0.1

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "delay is seconds, 0 or more", 0 <= self.delay < inf)
        demand(self, "jitter is seconds, more than 0", 0 < self.jitter < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that takes a time of its own for each segment."""
        return _Varying(self, context.rng)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes were held for a time, though not for longer than the longest."""
        return evidence.get("bytes_held", 0) > 0 and evidence.get("longest_hold", 0) > 0


class _Varying(Pipe):
    """Says when each segment arrives; the link's queue holds it until then."""

    __slots__ = ("_fault", "_rng")

    def __init__(self, fault: Jitter, rng: Random) -> None:
        self._fault = fault
        self._rng = rng

    def feed(self, segment: Segment) -> Iterable[Segment]:
        delay, jitter = self._fault.delay, self._fault.jitter
        # An RST is never the fast one: jitter alone must not make it overtake bytes, which would lose them.
        took = delay + jitter if segment.end is End.RST else self._rng.uniform(delay - jitter, delay + jitter)
        return (segment.delayed(max(0.0, took)),)
