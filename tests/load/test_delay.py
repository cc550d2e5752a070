"""How late events are: only differences count, and what is even is not late."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.load.delay import behind_pace, behind_stamps, intervals


def test_an_even_stream_is_never_late() -> None:
    assert behind_pace([10.0, 10.5, 11.0, 11.5]) == [0, 0, 0, 0]


def test_one_late_event_in_an_even_stream_is_late_by_as_much() -> None:
    assert behind_pace([0.0, 1.0, 2.75, 3.0, 4.0]) == [0, 0, 0.75, 0, 0]


def test_events_that_were_held_and_came_at_once_are_late_by_the_time_that_each_was_held() -> None:
    assert behind_pace([0.0, 3.0, 3.0, 3.0, 4.0]) == [0, 2, 1, 0, 0]


def test_times_of_sending_show_delay_whatever_the_pace_and_whoever_s_clock() -> None:
    assert behind_stamps([100.0, 100.5, 109.0], [7.0, 7.25, 16.0]) == [0, 0.25, 0]


@given(
    st.lists(st.floats(0, 100), min_size=3, max_size=20).map(sorted),
    st.floats(-1000, 1000),
)
def test_no_event_is_early_and_clocks_do_not_matter(times: list[float], offset: float) -> None:
    late = behind_stamps(times, [time + offset for time in times])
    assert min(late) == 0
    assert max(late) == pytest.approx(0, abs=1e-9)
    assert min(behind_pace(times)) == 0


def test_fewer_than_three_events_tell_nothing() -> None:
    assert behind_pace([1.0, 2.0]) == behind_stamps([1.0, 2.0], [1.0, 1.5]) == intervals([1.0]) == []


def test_intervals_are_between_each_two() -> None:
    assert intervals([1.0, 1.5, 3.0]) == [0.5, 1.5]
