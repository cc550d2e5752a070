"""Lost packets, as the bytes of a TCP connection show them: late, with everything behind them waiting.

TCP repairs loss, so an application sees no gap but a pause. When a lost packet is sent again is modelled after
Linux's TCP (``sender.py``), and agrees with packets that are really lost within the band that docs/agreement.md
states.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.faults.dice import Losses, memory
from ssechaos.faults.odds import plausible
from ssechaos.faults.sender import Sender, first_timeout
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_BURST_MEMORY = 0.15
"""Seconds of silence that end a burst: a fade does not wait for TCP to send again."""
_MOST_SHARE = 0.9


@register("packet_loss")
@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLoss(LinkFault):
    """Each packet is lost with probability ``share``, each resent one too; TCP repairs it, which takes time."""

    modelled: ClassVar[bool] = True

    share: float = 0.1
    burst: float = 1.0
    """Mean number of packets lost in a row; 1 means that each is lost or not by itself."""
    rtt: float = 0.1
    """Seconds of a round trip, which the repair waits for. The delay itself is Latency's business."""

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, f"share is more than 0 and at most {_MOST_SHARE}", 0 < self.share <= _MOST_SHARE)
        demand(self, "rtt is seconds, more than 0", 0 < self.rtt < inf)
        # A shorter mean would take losses that avoid each other.
        least = 1 / (1 - self.share)
        demand(
            self,
            f"burst is 1, or at least {least:.3g}, which independent losses have",
            self.burst == 1 or least <= self.burst < inf,
        )

    @property
    def timeout(self) -> float:
        """Seconds after which a packet that nothing follows is sent again for the first time."""
        return first_timeout(self.rtt)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that loses packets and repairs it."""
        return _Lossy(self, context)

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Packets were lost, and as many as the share says: it lies in the 99.9% interval.

        Bursts make the count vary more, as if there were fewer packets.
        """
        packets, lost = evidence.get("packets", 0.0), evidence.get("packets_lost", 0.0)
        correlation = memory(self.share, self.burst)
        weight = (1 - correlation) / (1 + correlation)
        return lost > 0 and plausible(lost * weight, packets * weight, self.share)


class _Lossy(Pipe):
    """A sender, and its packets that wait at the receiver for an earlier one."""

    __slots__ = ("_fault", "_last_sent", "_losses", "_rng", "_sender", "_tally")

    def __init__(self, fault: PacketLoss, context: PipeContext) -> None:
        self._fault = fault
        self._rng = context.rng
        self._tally = context.tally
        self._last_sent = -inf
        self._sender = Sender(fault.rtt, self._loses)

    @property
    def held(self) -> int:
        return self._sender.held

    def deadline(self) -> float | None:
        return self._sender.deadline()

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            self.release(segment.at)
            return (segment,)
        self._sender.write(segment.at, segment.data, segment.end)
        return self._arrived(segment.at)

    def tick(self, now: float) -> Iterable[Segment]:
        self._sender.tick(now)
        return self._arrived(now)

    def release(self, now: float) -> Iterable[Segment]:
        return [Segment(now, packet.data, packet.end) for packet in self._sender.release()]

    def _arrived(self, now: float) -> Iterable[Segment]:
        return [Segment(now, packet.data, packet.end) for packet in self._sender.arrived()]

    def _loses(self, now: float) -> bool:
        if now - self._last_sent > _BURST_MEMORY:
            self._losses = Losses(self._fault.share, self._fault.burst, self._rng)
        self._last_sent = now
        lost = self._losses.next()
        self._tally["packets"] += 1
        self._tally["packets_lost"] += lost
        return lost
