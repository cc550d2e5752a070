"""Something between server and client that cuts a connection for being silent, slow to start, or old."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import Direction, End, LinkFault, Pipe, PipeContext, Segment, demand, end_named
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@register("idle_timeout")
@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTimeout(LinkFault):
    """Ends a connection on which nothing came from the server for ``idle`` seconds.

    Times run from when the connection was opened, or from when the fault began on it. With all of them None
    nothing would ever be cut, which is refused.
    """

    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK
    keeps_bytes: ClassVar[bool] = False

    direction: Direction = Direction.DOWNSTREAM
    idle: float | None = 60.0
    """Seconds without a byte."""
    first_byte: float | None = None
    """Seconds until the first byte; None: as ``idle``."""
    total: float | None = None
    """Seconds that a connection lives at most, however busy it is."""
    end: End = End.FIN

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        object.__setattr__(self, "end", end_named(self.end))
        given = [limit for limit in (self.idle, self.first_byte, self.total) if limit is not None]
        demand(self, "at least one of idle, first_byte and total is needed", bool(given))
        demand(
            self, "idle, first_byte and total are seconds, more than 0", all(0 < limit < inf for limit in given)
        )

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that watches the time."""
        return _Watching(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was cut."""
        return evidence.get("connections_cut", 0) >= 1


class _Watching(Pipe):
    """Passes everything on, until the time is up; then an end, and nothing after it."""

    __slots__ = ("_context", "_cut", "_fault", "_silent_until", "_up")

    def __init__(self, fault: IdleTimeout, context: PipeContext) -> None:
        self._fault = fault
        self._context = context
        self._cut = False
        self._silent_until: float | None = None
        self._up: float | None = None

    def begin(self, now: float) -> None:
        first = self._fault.idle if self._fault.first_byte is None else self._fault.first_byte
        self._silent_until = _after(now, first)
        self._up = _after(now, self._fault.total)

    def deadline(self) -> float | None:
        return min([at for at in (self._silent_until, self._up) if at is not None], default=None)

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if self._cut:
            return ()
        self._silent_until = _after(segment.at, self._fault.idle)
        if segment.end:
            self._silent_until = self._up = None
        return (segment,)

    def tick(self, now: float) -> Iterable[Segment]:
        self._cut = True
        self._silent_until = self._up = None
        self._context.tally["connections_cut"] += 1
        self._context.struck("cut")
        return (Segment(now, end=self._fault.end),)


def _after(now: float, seconds: float | None) -> float | None:
    return None if seconds is None else now + seconds
