"""A black hole: what is sent is gone, and after some silence the connection is ended.

Bytes that are gone can't come later, so a connection that was in the hole can only end when the fault is removed:
nothing is ever missing from the middle of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("discard")
@dataclass(frozen=True, slots=True, kw_only=True)
class Discard(LinkFault):
    """Throws bytes away; ends a connection after ``timeout`` seconds without any, or when the fault is over."""

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE
    keeps_bytes: ClassVar[bool] = False

    timeout: float | None = None
    """Seconds without a byte; None: only the end of the fault ends a connection."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "timeout is seconds, more than 0", self.timeout is None or 0 < self.timeout < inf)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that leads nowhere."""
        return _Hole(self.timeout, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes were thrown away, or a connection was ended."""
        return evidence.get("bytes_discarded", 0) + evidence.get("connections_cut", 0) > 0


class _Hole(Pipe):
    """Swallows bytes; an end of the sender's own passes."""

    __slots__ = ("_context", "_ended", "_now", "_timeout")

    def __init__(self, timeout: float | None, context: PipeContext) -> None:
        self._timeout = timeout
        self._context = context
        self._now = 0.0
        self._ended = False

    def begin(self, now: float) -> None:
        self._now = now

    def renew(self, fault: LinkFault, now: float) -> None:
        """Go on with other settings; the silence is counted anew."""
        assert isinstance(fault, Discard)  # noqa: S101 - narrows the type
        self._timeout, self._now = fault.timeout, now

    def deadline(self) -> float | None:
        return None if self._ended or self._timeout is None else self._now + self._timeout

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._now = segment.at
        self._context.tally["bytes_discarded"] += len(segment.data)
        if segment.end is None or self._ended:
            return ()
        self._ended = True
        return (Segment(segment.at, end=segment.end),)

    def tick(self, now: float) -> Iterable[Segment]:
        return self._cut(now)

    def release(self, now: float) -> Iterable[Segment]:
        return self._cut(now)

    def _cut(self, now: float) -> Iterable[Segment]:
        if self._ended:
            return ()
        self._ended = True
        self._context.tally["connections_cut"] += 1
        self._context.struck("cut")
        return (Segment(now, end=End.FIN),)
