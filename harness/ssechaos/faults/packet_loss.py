"""Lost packets, as the bytes of a TCP connection show them: late, with everything behind them waiting.

TCP repairs loss, so an application sees no gap but a pause. The sender resends a packet when three that came
later were acknowledged (fast retransmit, RFC 5681 section 3.2), or when its retransmission timer runs out: never
less than 200 ms on Linux (RFC 6298 asks for a second), doubled each time (RFC 6298 section 5.5). Losses are told
apart as with SACK (RFC 6675). What is not modelled: the congestion window, which shrinks with each loss.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.faults.dice import Losses, memory
from ssechaos.faults.odds import plausible
from ssechaos.model.fault import register

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PACKET = 1460
"""Bytes of data in a packet: an Ethernet frame without the headers of IP and TCP."""
_DUPLICATE_ACKS = 3
_LEAST_TIMEOUT = 0.2
_MOST_TIMEOUT = 120.0
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
        """Seconds after which a packet is resent for the first time."""
        return max(_LEAST_TIMEOUT, 2 * self.rtt)

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


@dataclass(slots=True)
class _Packet:
    """A packet at the receiver; it was lost if it is due later than it was sent."""

    data: bytes
    end: End | None
    due: float
    waits_for_acks: int = 0
    """How many later packets have to arrive until it is resent before its timer runs out."""


class _Lossy(Pipe):
    """The receiver's side of TCP: packets that wait for an earlier one."""

    __slots__ = ("_fault", "_held", "_line", "_losses", "_rng", "_tally")

    def __init__(self, fault: PacketLoss, context: PipeContext) -> None:
        self._fault = fault
        self._losses = Losses(fault.share, fault.burst, context.rng)
        self._rng = context.rng
        self._tally = context.tally
        self._line: deque[_Packet] = deque()
        self._held = 0

    @property
    def held(self) -> int:
        return self._held

    def deadline(self) -> float | None:
        return self._line[0].due if self._line else None

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            self._line.clear()
            self._held = 0
            return (segment,)
        for data, end in _packets(segment):
            self._arrive(segment.at, data, end)
        return self.tick(segment.at)

    def tick(self, now: float) -> Iterable[Segment]:
        passed = []
        while self._line and self._line[0].due <= now:
            packet = self._line.popleft()
            self._held -= len(packet.data)
            passed.append(Segment(now, packet.data, packet.end))
        return passed

    def release(self, now: float) -> Iterable[Segment]:
        for packet in self._line:
            packet.due = now
        return self.tick(now)

    def _arrive(self, now: float, data: bytes, end: End | None) -> None:
        self._tally["packets"] += 1
        packet = _Packet(data, end, now)
        if self._losses.next():
            self._lose(packet)
        else:
            self._acknowledge(now)
        self._line.append(packet)
        self._held += len(data)

    def _lose(self, packet: _Packet) -> None:
        """Say when the packet gets through: after one timeout, or after several, each twice as long."""
        self._tally["packets_lost"] += 1
        self._tally["packets"] += 1
        timeout = self._fault.timeout
        packet.due += timeout
        packet.waits_for_acks = _DUPLICATE_ACKS
        while self._rng.random() < self._fault.share:
            self._tally["packets_lost"] += 1
            self._tally["packets"] += 1
            timeout = min(2 * timeout, _MOST_TIMEOUT)
            packet.due += timeout
            packet.waits_for_acks = 0

    def _acknowledge(self, now: float) -> None:
        """A packet arrived: each lost one before it has one more duplicate acknowledgement."""
        for packet in self._line:
            if packet.waits_for_acks:
                packet.waits_for_acks -= 1
                if not packet.waits_for_acks:
                    packet.due = min(packet.due, now + self._fault.rtt)


def _packets(segment: Segment) -> Iterator[tuple[bytes, End | None]]:
    """The segment in packets; an end goes with the last one, or alone when there are no bytes."""
    data = segment.data
    for start in range(0, max(1, len(data)), _PACKET):
        last = start + _PACKET >= len(data)
        yield data[start : start + _PACKET], segment.end if last else None
