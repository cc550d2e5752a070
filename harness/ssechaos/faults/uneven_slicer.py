"""Bytes that arrive in pieces of uneven size, as they do behind a relay with buffers of its own."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand, whole
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from random import Random


@register("uneven_slicer")
@dataclass(frozen=True, slots=True, kw_only=True)
class UnevenSlicer(LinkFault):
    """Halves what comes, give or take up to ``variation`` bytes, until no piece is much above ``average`` bytes.

    So do the pieces of Toxiproxy's slicer come about: from about half of ``average`` to ``average + variation``.
    Each leaves ``gap`` seconds after the one before.
    """

    average: int = 16
    variation: int = 0
    gap: float = 0.0

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "average is a number of bytes, at least 1", whole(self.average))
        demand(
            self,
            "variation is a number of bytes, 0 or more and less than average",
            whole(self.variation, 0) and self.variation < self.average,
        )
        demand(self, "gap is seconds, 0 or more", 0 <= self.gap < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that cuts what it gets into pieces."""
        return _Slicing(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """More pieces left than segments came."""
        return evidence.get("pieces", 0) > evidence.get("segments", 0) > 0


class _Slicing(Pipe):
    """Makes pieces, and says when each may leave; the link's queue holds it until then."""

    __slots__ = ("_fault", "_free_at", "_rng", "_tally")

    def __init__(self, fault: UnevenSlicer, context: PipeContext) -> None:
        self._fault = fault
        self._rng = context.rng
        self._tally = context.tally
        self._free_at = 0.0

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            return (segment,)
        parts = []
        at = max(segment.at, self._free_at)
        for piece in pieces(segment.data, self._fault.average, self._fault.variation, self._rng):
            parts.append(Segment(at, piece))
            at += self._fault.gap
        self._tally["segments"] += bool(parts)
        self._tally["pieces"] += len(parts)
        self._free_at = at
        return [*parts, Segment(segment.at, end=segment.end)] if segment.end else parts


def pieces(data: bytes, average: int, variation: int, rng: Random) -> Iterator[bytes]:
    """``data`` in pieces of at most ``average + variation`` bytes, in order."""
    waiting = [data] if data else []
    while waiting:
        piece = waiting.pop()
        if len(piece) <= average + variation:
            yield piece
            continue
        middle = len(piece) // 2 + (rng.randrange(-variation, variation) if variation else 0)
        waiting += [piece[middle:], piece[:middle]]
