"""When heartbeats are due."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.server.heartbeat import Beat, heartbeat


def test_the_first_beat_is_one_interval_after_the_start() -> None:
    beat = Beat(10, start=100)
    assert beat.next == 110
    assert not beat.take(109.9)
    assert beat.take(110)


def test_a_late_beat_does_not_put_off_the_next() -> None:
    beat = Beat(10, start=0)
    assert beat.take(14)
    assert beat.next == 20


def test_missed_beats_are_not_made_up_for() -> None:
    beat = Beat(10, start=0)
    assert beat.take(57)
    assert not beat.take(57)
    assert beat.next == 60


@given(
    interval=st.floats(0.001, 100),
    start=st.floats(0, 1e6),
    steps=st.lists(st.floats(0, 300), max_size=30),
)
def test_the_next_beat_is_always_to_come_and_at_most_an_interval_away(
    interval: float, start: float, steps: list[float]
) -> None:
    beat, now = Beat(interval, start), start
    for step in steps:
        now += step
        beat.take(now)
        assert now < beat.next <= now + interval + 1e-6


def test_a_heartbeat_is_an_event_without_id_that_page_script_can_read() -> None:
    event = heartbeat(uptime=12.3456, events_sent=7, count=2, remaining=47.7, trace_id="t")
    assert (event.event, event.id) == ("heartbeat", None)
    assert json.loads(event.data) == {
        "uptime_seconds": 12.346,
        "events_sent": 7,
        "heartbeat_count": 2,
        "seconds_remaining": 47.7,
        "trace_id": "t",
    }
