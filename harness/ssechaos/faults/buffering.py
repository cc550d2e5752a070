"""A proxy that gathers a response before it passes anything on, as nginx and Cloudflare do unless told not to.

The head waits with the body, as nginx's does: it goes out with the first output of at least ``postpone_output``
(1460) bytes, and with ``proxy_buffering on`` nothing forces it out before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import Direction, End, LinkFault, Pipe, PipeContext, Segment, demand, whole
from ssechaos.faults.http import MOST_HELD, Foreign, Head, Over, Part, ResponseReader
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_KIB = 1024


@register("buffering")
@dataclass(frozen=True, slots=True, kw_only=True)
class Buffering(LinkFault):
    """Holds each response until ``hold`` bytes have gathered, or it ends; then begins to gather again."""

    disrupts: ClassVar[Disruption] = Disruption.NEVER

    direction: Direction = Direction.DOWNSTREAM
    hold: int = 16 * _KIB
    heeds_header: bool = False
    """Whether a response with ``X-Accel-Buffering: no`` passes at once, as it does through nginx."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "responses flow downstream only", self.direction is Direction.DOWNSTREAM)
        demand(
            self, f"hold is a number of bytes, from 1 to {MOST_HELD}", whole(self.hold) and self.hold <= MOST_HELD
        )

    @classmethod
    def nginx(cls) -> Buffering:
        """As nginx with its default settings: 16 KiB, and the response may turn it off."""
        return cls(hold=16 * _KIB, heeds_header=True)

    @classmethod
    def cloudflare(cls) -> Buffering:
        """As Cloudflare where it buffers: 100 KiB."""
        return cls(hold=100 * _KIB)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that gathers."""
        return _Gathering(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Bytes were held, or let through because the response asked for it."""
        return evidence.get("bytes_held", 0) > 0 or evidence.get("responses_let_through", 0) > 0


class _Gathering(Pipe):
    """Keeps bytes as they are; the parser only tells where a response ends."""

    __slots__ = ("_fault", "_gathers", "_kept", "_reader", "_tally")

    def __init__(self, fault: Buffering, context: PipeContext) -> None:
        self._fault = fault
        self._tally = context.tally
        self._reader = ResponseReader(context.tally)
        self._kept = bytearray()
        self._gathers = True

    @property
    def held(self) -> int:
        return len(self._kept)

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            self._kept.clear()
            return (segment,)
        self._kept += segment.data
        over = [self._ends(part) for part in self._reader.feed(segment.data)] if segment.data else []
        if any(over) or segment.end or not self._gathers or len(self._kept) >= self._fault.hold:
            return (Segment(segment.at, self._take(), segment.end),)
        return ()

    def release(self, now: float) -> Iterable[Segment]:
        return (Segment(now, self._take()),) if self._kept else ()

    def _take(self) -> bytes:
        kept = bytes(self._kept)
        self._kept.clear()
        return kept

    def _ends(self, part: Part) -> bool:
        """Whether nothing more is to be waited for."""
        match part:
            case Head(fields=fields):
                asked = fields.get(b"x-accel-buffering", b"").lower() == b"no"
                self._gathers = not (asked and self._fault.heeds_header)
                self._tally["responses_let_through"] += not self._gathers
            case Foreign():
                self._gathers = False
        return isinstance(part, Over)
