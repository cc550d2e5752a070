"""When TCP's sender gets each packet through; times are those at which packets arrive."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults.sender import PACKET, Sender

if TYPE_CHECKING:
    from ssechaos.faults.sender import Packet

RTT = 0.08
TIMEOUT = RTT + 0.2
GAP = RTT / 5  # of the pace


class Way:
    """A sender, whose n-th packets are lost, and what arrived."""

    def __init__(self, *lost: int) -> None:
        numbers = count(1)
        self.sender = Sender(RTT, lambda _: next(numbers) in lost)
        self.arrived: list[tuple[float, Packet]] = []

    def write(self, at: float, packets: int) -> Way:
        self.run(at)
        self.sender.write(at, bytes(packets * PACKET), None)
        self._take(at)
        return self

    def run(self, until: float = 1000.0) -> Way:
        while (due := self.sender.deadline()) is not None and due <= until:
            self.sender.tick(due)
            self._take(due)
        return self

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.arrived]

    def _take(self, now: float) -> None:
        self.arrived += [(now, packet) for packet in self.sender.arrived()]


def test_a_flight_is_paced_over_a_round_trip() -> None:
    assert Way().write(0.0, 4).run().times == pytest.approx([0.0, GAP, 2 * GAP, 3 * GAP])


def test_what_follows_a_lost_packet_tells_of_it_after_a_round_trip_and_a_little_patience() -> None:
    way = Way(1).write(0.0, 2).run()
    assert way.times == pytest.approx([GAP + RTT] * 2)


def test_the_end_of_a_flight_is_probed_two_round_trips_after_the_last_acknowledgement() -> None:
    way = Way(3, 4).write(0.0, 4).run()
    probed = GAP + RTT + 2 * RTT
    assert way.times == pytest.approx([0.0, GAP, probed + RTT, probed + RTT])


def test_a_packet_alone_waits_for_the_timer() -> None:
    assert Way(1).write(0.0, 1).run().times == pytest.approx([TIMEOUT])


@pytest.mark.parametrize(("losses", "timeouts"), [(2, 2), (3, 4), (4, 8), (5, 16)])
def test_the_timer_doubles_once_the_probe_was_lost_too(losses: int, timeouts: int) -> None:
    way = Way(*range(1, losses + 1)).write(0.0, 1).run()
    assert way.times == pytest.approx([timeouts * TIMEOUT])


def test_what_is_sent_again_can_be_lost_and_is_noticed_when_later_packets_arrive() -> None:
    # The sixth that is sent is the first one, again.
    way = Way(1, 6).write(0.0, 5).write(0.3, 5).run()
    assert TIMEOUT < way.times[0] < 0.3 + 2 * RTT
    assert len(way.times) == 10


def test_a_window_that_keeps_packets_back_grows() -> None:
    way = Way().write(0.0, 200).run()
    assert len(way.times) == 200
    assert way.times[-1] < 200 / 10 * RTT


def test_while_a_loss_is_repaired_no_more_is_under_way_than_arrives() -> None:
    way = Way(1).write(0.0, 5).run(GAP + RTT)
    way.write(GAP + RTT, 20)
    assert len(way.arrived) <= 5 + 5


def test_released_bytes_come_at_once_with_those_that_were_never_sent() -> None:
    way = Way(1).write(0.0, 40)
    left = way.sender.release()
    assert sum(len(packet.data) for packet in left) == 40 * PACKET
    assert way.sender.held == 0
    assert way.sender.deadline() is None


@given(st.lists(st.tuples(st.floats(0.0, 0.5), st.integers(1, 4000)), max_size=20), st.sets(st.integers(1, 60)))
def test_all_bytes_arrive_once_and_in_order_whatever_is_lost(
    writes: list[tuple[float, int]], lost: set[int]
) -> None:
    way = Way(*lost)
    now, sent = 0.0, bytearray()
    for pause, size in writes:
        now += pause
        way.run(now)
        data = bytes((len(sent) + place) % 251 for place in range(size))
        way.sender.write(now, data, None)
        sent += data
    way.run(now)
    way.run(10_000.0)
    way._take(10_000.0)  # what arrived at the last write
    assert b"".join(packet.data for _, packet in way.arrived) == sent
    assert way.sender.held == 0
