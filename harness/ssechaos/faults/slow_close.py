"""A direction whose end comes late: a peer, or a middlebox, that is slow to pass a FIN on."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("slow_close")
@dataclass(frozen=True, slots=True, kw_only=True)
class SlowClose(LinkFault):
    """Bytes pass at once; a FIN or an RST arrives ``delay`` seconds late."""

    delay: float = 1.0

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "delay is seconds, 0 or more", 0 <= self.delay < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that delays the end."""
        return _Closing(self.delay, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """An end was delayed."""
        return evidence.get("ends_delayed", 0) >= 1


class _Closing(Pipe):
    """Says when the end arrives; the link's queue holds it until then."""

    __slots__ = ("_delay", "_tally")

    def __init__(self, delay: float, context: PipeContext) -> None:
        self._delay = delay
        self._tally = context.tally

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is None:
            return (segment,)
        self._tally["ends_delayed"] += 1
        closing = Segment(segment.at + self._delay, end=segment.end)
        return (Segment(segment.at, segment.data), closing) if segment.data else (closing,)
