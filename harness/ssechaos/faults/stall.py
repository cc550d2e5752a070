"""A path that lets nothing through for a while, and nobody is told; what was sent arrives when it is over."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import LinkFault, Pipe, PipeContext, Segment
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NOTICEABLE = 0.1
"""Seconds. A shorter hold would prove no stall: a busy machine does that by itself."""


@register("stall")
@dataclass(frozen=True, slots=True, kw_only=True)
class Stall(LinkFault):
    """Holds everything, ends too, until the fault is over; then all of it goes on at once. Nothing is lost."""

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE

    def pipe(self, context: PipeContext) -> Pipe:  # noqa: ARG002 - the face of all link faults
        """A pipe that only takes."""
        return _Stalled()

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes, or connections, were held for a time that one can notice."""
        held = evidence.get("bytes_held", 0) + evidence.get("connections_held", 0)
        return held > 0 and evidence.get("longest_hold", 0) >= _NOTICEABLE


class _Stalled(Pipe):
    """Keeps all segments."""

    __slots__ = ("_held", "_kept")

    def __init__(self) -> None:
        self._kept: deque[Segment] = deque()
        self._held = 0

    @property
    def held(self) -> int:
        return self._held

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._kept.append(segment)
        self._held += len(segment.data)
        return ()

    def release(self, now: float) -> Iterable[Segment]:
        kept, self._kept, self._held = self._kept, deque(), 0
        return [replace(segment, at=now) for segment in kept]
