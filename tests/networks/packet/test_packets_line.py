"""The line holds packets for their time, keeps their order, and loses those that it is told to."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults.base import Direction
from ssechaos.faults.dice import Losses
from ssechaos.networks.packets.line import BURST_MEMORY, Line, Stretch

UP, DOWN, BOTH = Direction.UPSTREAM, Direction.DOWNSTREAM, Direction.BOTH


def stretch(direction: Direction = BOTH, **settings: Any) -> Stretch:
    return Stretch(direction=direction, rng=Random(7), **settings)


def line(*stretches: Stretch) -> Line:
    made = Line()
    for place, one in enumerate(stretches):
        made.add(place, one)
    return made


def test_a_packet_leaves_after_the_delays_of_all_stretches() -> None:
    made = line(stretch(delay=0.25), stretch(delay=0.5))
    made.take(DOWN, b"one", 1.0)
    assert made.deadline() == 1.75
    assert made.leaving(1.74) == []
    assert made.leaving(1.75) == [b"one"]
    assert made.deadline() is None


def test_a_stretch_of_the_other_direction_does_not_count() -> None:
    made = line(stretch(UP, delay=0.25))
    made.take(DOWN, b"one", 1.0)
    assert made.leaving(1.0) == [b"one"]


def test_a_least_delay_is_no_delay_on_top_of_others() -> None:
    made = line(stretch(delay=0.25), stretch(least=0.125))
    made.take(DOWN, b"one", 0.0)
    assert made.deadline() == 0.25


@given(st.lists(st.floats(min_value=0.0, max_value=1.0), max_size=50))
def test_jitter_never_changes_the_order(gaps: list[float]) -> None:
    made = line(stretch(delay=0.5, jitter=0.5))
    now, left = 0.0, []
    for number, gap in enumerate(gaps):
        now += gap
        made.take(UP, bytes([number]), now)
        left += made.leaving(now)
    left += made.leaving(now + 10)
    assert left == [bytes([number]) for number in range(len(gaps))]


def test_a_delay_that_varies_by_more_than_its_length_is_never_less_than_none() -> None:
    made = line(stretch(delay=0.0, jitter=0.5))
    for number in range(50):
        made.take(UP, b"", number * 10.0)
        due = made.deadline()
        assert due is not None
        assert 0 <= due - number * 10.0 <= 0.5
        made.leaving(due)


def test_a_stretch_tells_how_long_it_held_what() -> None:
    one = stretch(delay=0.25)
    made = line(one)
    made.take(DOWN, b"four", 0.0)
    made.leaving(0.375)
    assert (one.packets, one.bytes_held, one.longest_hold) == (1, 4, 0.375)


def test_what_a_removed_stretch_held_is_held_by_the_others_only() -> None:
    made = line(stretch(delay=2.0), stretch(delay=0.25))
    made.take(DOWN, b"one", 0.0)
    made.remove(0)
    assert made.deadline() == 0.25
    made.remove(1)
    assert made.leaving(0.0) == [b"one"]
    assert not made.used


def test_losses_are_those_of_the_dice_and_are_counted() -> None:
    one = stretch(bursts=(0.3, 3.0))
    expected = Losses(0.3, 3.0, Random(7))
    made = line(one)
    for number in range(200):
        made.take(DOWN, bytes([number]), 0.0)
    survived = [bytes([number]) for number in range(200) if not expected.next()]
    assert made.leaving(0.0) == survived
    assert (one.packets, one.packets_lost) == (200, 200 - len(survived))


def test_a_pause_ends_a_burst() -> None:
    """So that what TCP sends again after its timer is lost with the odds of the path, not of the burst."""
    bursts = stretch(bursts=(0.1, 50.0))
    made = line(bursts)
    for number in range(2000):
        made.take(DOWN, b"", number * 2 * BURST_MEMORY)
    left = made.leaving(1e6)
    assert bursts.packets_lost == 2000 - len(left)
    assert 150 < bursts.packets_lost < 250


@pytest.mark.parametrize("way", [UP, DOWN])
def test_directions_keep_out_of_each_other_s_way(way: Direction) -> None:
    made = line(stretch(way, delay=1.0))
    made.take(UP, b"up", 0.0)
    made.take(DOWN, b"down", 0.0)
    assert made.leaving(0.0) == [b"down" if way is UP else b"up"]
