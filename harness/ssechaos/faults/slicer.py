"""Bytes that arrive in small pieces, down to one by one, so that UTF-8 and CRLF are split in the middle."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand, whole
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("slicer")
@dataclass(frozen=True, slots=True, kw_only=True)
class Slicer(LinkFault):
    """Each piece has at most ``size`` bytes and is a segment of its own, ``gap`` seconds after the one before."""

    size: int = 1
    gap: float = 0.0
    """With 0 the pieces are written apart but at once, and a receiver that is slower may read several together."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "size is a number of bytes, at least 1", whole(self.size))
        demand(self, "gap is seconds, 0 or more", 0 <= self.gap < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that cuts what it gets into pieces."""
        return _Slicing(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """More pieces left than segments came."""
        return evidence.get("pieces", 0) > evidence.get("segments", 0) > 0


class _Slicing(Pipe):
    """Makes pieces, and says when each may leave; the link's queue holds it until then."""

    __slots__ = ("_fault", "_free_at", "_tally")

    def __init__(self, fault: Slicer, context: PipeContext) -> None:
        self._fault = fault
        self._tally = context.tally
        self._free_at = 0.0

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            return (segment,)
        size = self._fault.size
        pieces = [segment.data[start : start + size] for start in range(0, len(segment.data), size)]
        self._tally["segments"] += bool(pieces)
        self._tally["pieces"] += len(pieces)
        begin = max(segment.at, self._free_at)
        self._free_at = begin + len(pieces) * self._fault.gap
        parts = [Segment(begin + place * self._fault.gap, piece) for place, piece in enumerate(pieces)]
        return [*parts, Segment(begin, end=segment.end)] if segment.end else parts
