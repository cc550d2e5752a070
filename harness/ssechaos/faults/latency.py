"""A long way, or a queue on it: every byte arrives later, and not always by the same time."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CLOCK_GRAIN = 0.001


@register("latency")
@dataclass(frozen=True, slots=True, kw_only=True)
class Latency(LinkFault):
    """Each direction takes ``delay`` seconds, give or take up to ``jitter`` (uniform); order is kept."""

    delay: float = 0.2
    jitter: float = 0.0

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "delay is seconds one way, more than 0", 0 < self.delay < inf)
        demand(self, "jitter is seconds, at most the delay", 0 <= self.jitter <= self.delay)

    @classmethod
    def round_trip(cls, rtt: float, jitter: float = 0.0) -> Latency:
        """Both directions together take ``rtt`` seconds, give or take up to ``jitter``."""
        return cls(delay=rtt / 2, jitter=jitter / 2)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that takes a time of its own for each segment."""
        return _Delayed(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes were held at least as long as the least delay."""
        least = self.delay - self.jitter - _CLOCK_GRAIN
        return evidence.get("bytes_held", 0) > 0 and evidence.get("longest_hold", 0) >= least


class _Delayed(Pipe):
    """Says when each segment arrives; the link's queue holds it until then."""

    __slots__ = ("_least", "_most", "_rng")

    def __init__(self, fault: Latency, context: PipeContext) -> None:
        self._least = fault.delay - fault.jitter
        self._most = fault.delay + fault.jitter
        self._rng = context.rng

    def feed(self, segment: Segment) -> Iterable[Segment]:
        # An RST is never the fast one: jitter alone must not make it overtake bytes, which would lose them.
        took = self._most if segment.end is End.RST else self._rng.uniform(self._least, self._most)
        return (segment.delayed(took),)
