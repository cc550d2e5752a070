"""TCP's sending side on a path that loses packets, as Linux has it: when each packet gets through.

Losses are found by time (RACK), and at the end of a flight by a probe (TLP); both are RFC 8985. What neither
finds, the retransmission timer does (RFC 6298): on Linux it runs for a round trip and at least 200 ms, and
doubles. Packets are paced, and their number under way is kept while losses are repaired and what it was
afterwards, as BBR has it (draft-ietf-ccwg-bbr), which does not take a loss for congestion. CUBIC does, and is
slower on such a path (docs/agreement.md). The way itself takes no time here: a packet arrives when it is sent,
or not at all, and is acknowledged a round trip later; acknowledgements are not lost, as later ones tell the
same.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ssechaos.faults.base import End

PACKET = 1448
"""Bytes of data in a packet: an Ethernet frame without the headers of IP and TCP, and without TCP's timestamps."""
_LEAST_WAIT = 0.2
"""Seconds that the timer runs beyond a round trip (Linux's ``TCP_RTO_MIN``)."""
_MOST_TIMEOUT = 120.0
_FIRST_WINDOW = 10
_PACE = 5
"""Packets in a round trip, unless more wait: a stream seldom offers more, so that TCP has seen no higher rate."""
_DUPLICATES = 3
_PATIENCE = 1 / 8
"""Round trips for which a packet may be overtaken by fewer than three others before it is taken as lost."""


def first_timeout(rtt: float) -> float:
    """Seconds after which a packet that nothing follows is sent again for the first time."""
    return rtt + _LEAST_WAIT


@dataclass(slots=True, eq=False)
class Packet:
    """A packet, and how it fares."""

    data: bytes
    end: End | None
    number: int
    sent: float = -inf
    """When it was sent last."""
    arrived: bool = False
    acknowledged: bool = False
    lost: bool = False
    """Whether the sender takes it as lost, and has not sent it again yet."""


class Sender:
    """One direction of a connection: bytes in, packets out in order, each when TCP has got it through."""

    def __init__(self, rtt: float, loses: Callable[[float], bool]) -> None:
        """``loses`` is asked for each packet, with the time at which it is sent, whether it is lost."""
        self._rtt = rtt
        self._loses = loses
        self._unsent = bytearray()
        self._end: End | None = None
        self._count = 0
        self._flight: deque[Packet] = deque()
        """From the first that is not acknowledged."""
        self._line: deque[Packet] = deque()
        """From the first that has not arrived, or was not taken yet."""
        self._acks: deque[tuple[float, Packet]] = deque()
        self._newest = (-inf, 0)
        """When the packet was sent that was sent last of those that are acknowledged, and its number."""
        self._window = _FIRST_WINDOW
        self._repair_window = 0
        self._most_in_repair = 0
        self._repaired_with: int | None = None
        """The packet whose acknowledgement ends the repair of what was lost; None when nothing is repaired."""
        self._timed_from = 0.0
        self._backoff = 0
        self._probe_from: float | None = None
        self._paced_until = -inf

    @property
    def held(self) -> int:
        """Bytes that have not been taken yet."""
        return len(self._unsent) + sum(len(packet.data) for packet in self._line)

    def write(self, now: float, data: bytes, end: End | None) -> None:
        """Take bytes to send, and the end of all."""
        self._unsent += data
        self._end = self._end or end
        self._send(now)

    def deadline(self) -> float | None:
        """When to ``tick`` next; None when nothing is under way."""
        due = [self._acks[0][0]] if self._acks else []
        due += [self._lost_at(packet) for packet in self._overtaken()]
        if self._flight:
            due.append(self._timer())
        if self._may_send():
            due.append(self._paced_until)
        return min(due, default=None)

    def tick(self, now: float) -> None:
        """Hear what was acknowledged by now, and send what is to be sent."""
        while self._acks and self._acks[0][0] <= now:
            self._hear(now, self._acks.popleft()[1])
        # When the first is taken as lost, no patience is left for the others.
        while overdue := [packet for packet in self._overtaken() if self._lost_at(packet) <= now]:
            self._take_as_lost(now, overdue)
        if self._flight and self._timer() <= now:
            self._run_out(now)
        self._send(now)

    def arrived(self) -> Iterator[Packet]:
        """What the receiver's application has not been given yet, and can be."""
        while self._line and self._line[0].arrived:
            yield self._line.popleft()

    def release(self) -> list[Packet]:
        """All that is left, whatever became of it; nothing is under way any more."""
        left = list(self._line)
        if self._unsent or self._end:
            left.append(self._next(len(self._unsent)))
        self._line.clear()
        self._flight.clear()
        self._acks.clear()
        return left

    # --- sending

    def _send(self, now: float) -> None:
        for packet in [packet for packet in self._flight if packet.lost]:
            if not self._has_room():
                return
            self._transmit(now, packet)
        while self._may_send() and self._paced_until <= now:
            self._send_new(now)

    def _may_send(self) -> bool:
        return bool(self._unsent or self._end) and self._has_room()

    def _has_room(self) -> bool:
        repairing = self._repaired_with is not None
        return self._under_way() < (self._repair_window if repairing else self._window)

    def _under_way(self) -> int:
        return sum(not (packet.acknowledged or packet.lost) for packet in self._flight)

    def _send_new(self, now: float) -> None:
        self._paced_until = now + self._rtt / max(_PACE, len(self._unsent) / PACKET)
        packet = self._next(PACKET)
        self._flight.append(packet)
        self._line.append(packet)
        self._transmit(now, packet)
        self._probe_from = now if self._may_probe() else None

    def _next(self, size: int) -> Packet:
        data = bytes(self._unsent[:size])
        del self._unsent[:size]
        end = None
        if not self._unsent:
            end, self._end = self._end, None
        self._count += 1
        return Packet(data, end, self._count)

    def _transmit(self, now: float, packet: Packet) -> None:
        packet.sent, packet.lost = now, False
        if packet is self._flight[0]:
            self._timed_from = now
        if not self._loses(now):
            packet.arrived = True
            self._acks.append((now + self._rtt, packet))

    # --- acknowledgements

    def _hear(self, now: float, packet: Packet) -> None:
        if packet.acknowledged:
            return
        packet.acknowledged = True
        self._newest = max(self._newest, (packet.sent, packet.number))
        self._grow()
        if packet is self._flight[0]:
            self._advance(now)
        self._probe_from = now if self._may_probe() else None

    def _advance(self, now: float) -> None:
        while self._flight and self._flight[0].acknowledged:
            last = self._flight.popleft().number
        self._timed_from, self._backoff = now, 0
        if self._repaired_with is not None and last >= self._repaired_with:
            self._repaired_with = None

    def _grow(self) -> None:
        if self._repaired_with is not None:
            self._repair_window = min(self._repair_window + 1, self._most_in_repair)
        elif self._unsent and self._under_way() + 1 >= self._window:
            self._window += 1

    # --- losses

    def _overtaken(self) -> Iterator[Packet]:
        """Those that were sent before one that is acknowledged."""
        return (
            packet
            for packet in self._flight
            if not (packet.acknowledged or packet.lost) and (packet.sent, packet.number) < self._newest
        )

    def _lost_at(self, packet: Packet) -> float:
        certain = self._repaired_with is not None or self._duplicates() >= _DUPLICATES
        return packet.sent + self._rtt * (1 if certain else 1 + _PATIENCE)

    def _duplicates(self) -> int:
        return sum(packet.acknowledged for packet in self._flight)

    def _take_as_lost(self, now: float, packets: list[Packet]) -> None:
        for packet in packets:
            packet.lost = True
        if self._repaired_with is None:
            self._repair(self._under_way())
            self._transmit(now, packets[0])  # the first is sent again whatever the window says

    def _repair(self, window: int) -> None:
        """From now on, until all that was sent so far is there, not more is under way than arrives."""
        self._repair_window = self._most_in_repair = max(1, window)
        self._repaired_with = self._count
        self._probe_from = None

    # --- the timer, which is the probe's or that of retransmission

    def _timer(self) -> float:
        """When it runs out."""
        timeout = min(first_timeout(self._rtt) * 2.0**self._backoff, _MOST_TIMEOUT)
        if self._probe_from is None:
            return self._timed_from + timeout
        alone = len(self._flight) == 1  # its acknowledgement may be delayed
        return min(self._probe_from + 2 * self._rtt + alone * _LEAST_WAIT, self._timed_from + timeout)

    def _may_probe(self) -> bool:
        return self._repaired_with is None and not self._duplicates()

    def _run_out(self, now: float) -> None:
        if self._probe_from is None:
            self._retransmit(now)
        elif self._unsent:
            self._send_new(now)
        else:
            self._transmit(now, self._flight[-1])
        self._probe_from = None

    def _retransmit(self, now: float) -> None:
        """All that is under way is taken as lost, and one packet tries whether anything passes."""
        if not self._backoff:
            self._repair(self._under_way())
        self._backoff += 1
        self._repair_window = 1
        self._timed_from = now
        for packet in self._flight:
            packet.lost = not packet.acknowledged
