"""What looks like a buffer, and what does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ssechaos.probe.bursts import bursts, events_at_once
from ssechaos.probe.findings import Certainty
from ssechaos.probe.observation import Arrival, Ending, Head, Read, Sighting, Stamp
from ssechaos.probe.suspicion import all_at_once, suspicion

if TYPE_CHECKING:
    from collections.abc import Callable

    Sight = Callable[..., Sighting]

HEAD = Head(0.0, 200, "1.1", {"content-type": "text/event-stream"})


def paced(interval: float, size: int, until: float) -> list[tuple[float, int]]:
    """Events as a server sends them: times and sizes."""
    return [(interval * number, size) for number in range(1, int(until / interval) + 1)]


def buffered(sent: list[tuple[float, int]], hold: int) -> list[Read]:
    """What a buffer of exactly ``hold`` bytes makes of them: it cuts wherever it is full."""
    reads: list[Read] = []
    held = events = 0
    for at, size in sent:
        held += size
        events += 1
        while held >= hold:
            held -= hold
            whole = events - (1 if held else 0)
            reads.append(Read(at, hold, whole, inside=held > 0))
            events -= whole
    return reads


def sighting_of(reads: list[Read], ended_at: float = 25.0) -> Sighting:
    arrivals = [Arrival(at=read.at) for read in reads for _ in range(read.events)]
    return Sighting(url="", head=HEAD, reads=tuple(reads), arrivals=tuple(arrivals), ended_at=ended_at)


@given(st.floats(0.02, 2.0), st.integers(50, 20_000))
def test_events_that_come_one_by_one_are_never_suspected(interval: float, size: int) -> None:
    reads = [Read(at, size, 1, inside=False) for at, _ in paced(interval, size, 25)]
    assert suspicion(sighting_of(reads)).certainty is None


@given(st.floats(0.2, 5.0), st.integers(100, 900), st.sampled_from([4096, 8192, 16384]))
def test_a_buffer_that_fills_several_times_is_always_found(fill: float, size: int, hold: int) -> None:
    assume(hold % size > 0)
    found = suspicion(sighting_of(buffered(paced(fill * size / hold, size, 25), hold)))
    assert found.certainty is Certainty.LIKELY
    assert found.size == hold


def test_batches_between_events_are_possibly_held_and_no_more(sighting: Sight) -> None:
    seen = sighting([(0.1, 700, 4), *((number / 2, 700, 4) for number in range(1, 20))])
    assert suspicion(seen).certainty is Certainty.POSSIBLE


def test_history_on_time_is_no_burst(sighting: Sight) -> None:
    seen = sighting([(0.1, 20_000, 100), *((float(number), 200, 1) for number in range(1, 20))])
    assert suspicion(seen).certainty is None


def test_batches_whose_events_were_sent_apart_are_certainly_held() -> None:
    reads = [Read(float(at), 700, 4, inside=False) for at in range(1, 20)]
    arrivals = [
        Arrival(at=read.at, stamp=Stamp("ts", 1_700_000_000 + read.at - wait))
        for read in reads
        for wait in (0.9, 0.6, 0.3, 0.0)
    ]
    seen = Sighting(url="", head=HEAD, reads=tuple(reads), arrivals=tuple(arrivals), ended_at=20.0)
    found = suspicion(seen)
    assert found.certainty is Certainty.CERTAIN
    assert "sent apart" in found.signs[0]


def test_nothing_at_all_is_likely_held_when_not_even_the_head_came() -> None:
    assert suspicion(Sighting(url="", ended_at=25.0)).certainty is Certainty.LIKELY


def test_nothing_after_a_prompt_head_may_just_be_quiet(sighting: Sight) -> None:
    assert suspicion(sighting([])).certainty is None


def test_a_first_part_after_more_than_2_s_with_everything_in_it_is_likely_held(sighting: Sight) -> None:
    late = Head(5.0, 200, "1.1", {"content-type": "text/event-stream"})
    found = suspicion(sighting([(5.0, 4000, 20)], head=late, ending=Ending.CLOSED, ended_at=5.0))
    assert found.certainty is Certainty.LIKELY
    assert "limit 2 s" in " ".join(found.signs)


def test_a_slow_start_after_which_events_come_one_by_one_is_no_buffer(sighting: Sight) -> None:
    late = Head(5.0, 200, "1.1", {"content-type": "text/event-stream"})
    assert suspicion(sighting([(5 + number / 10,) for number in range(40)], head=late)).certainty is None


def test_a_slow_start_before_a_fast_flow_is_no_buffer(sighting: Sight) -> None:
    late = Head(5.0, 200, "1.1", {"content-type": "text/event-stream"})
    assert suspicion(sighting([(5 + number / 100,) for number in range(400)], head=late)).certainty is None


def test_a_stream_of_one_event_every_ten_seconds_is_no_buffer(sighting: Sight) -> None:
    assert suspicion(sighting([(10.0,), (20.0,)])).certainty is None


def test_one_late_event_after_a_prompt_head_is_no_buffer(sighting: Sight) -> None:
    assert suspicion(sighting([(15.0,)])).certainty is None


def test_a_stream_that_came_whole_with_its_end_says_nothing(sighting: Sight) -> None:
    seen = sighting([(1.0, 4000, 20)], ending=Ending.CLOSED, ended_at=1.0)
    assert all_at_once(seen)
    assert suspicion(seen).certainty is None
    assert not all_at_once(sighting([(1.0, 4000, 20)]))  # it goes on, so that nothing holds what came


def test_reads_within_a_few_milliseconds_are_one_burst(sighting: Sight) -> None:
    first, second = bursts(sighting([(1.0, 100, 2), (1.01, 50, 1, True), (2.0, 10, 1)]))
    assert (first.at, first.until, first.pause, first.events, first.size, first.inside) == (
        1.0,
        1.01,
        1.0,
        3,
        150,
        True,
    )
    assert (second.pause, second.events) == (pytest.approx(0.99), 1)


def test_a_flow_counts_event_by_event(sighting: Sight) -> None:
    assert events_at_once(sighting([(1 + number / 100,) for number in range(100)])) == 1
    assert events_at_once(sighting([(1.0, 1000, 10), (2.0, 1000, 20)])) == 15
    assert events_at_once(sighting([])) == 0
