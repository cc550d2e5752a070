"""Sums of what readers met with, and their metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.server.experience import BUCKETS, Experience, Totals, experience_families

if TYPE_CHECKING:
    from prometheus_client import Metric

TIMES = st.lists(st.floats(min_value=0, max_value=100), max_size=30)


def families(*rows: tuple[dict[str, str], Totals]) -> dict[str, Metric]:
    return {family.name: family for family in experience_families(rows)}


def buckets(totals: Totals) -> dict[str, float]:
    return dict(totals.histogram(1)[0])


def test_experiences_add_up() -> None:
    totals = Totals(Experience(delivered=3, lost=1), Experience(delivered=4, duplicates=2, stalls=1))
    assert [totals[name] for name in ("delivered", "lost", "duplicates", "stalls")] == [7, 1, 2, 1]


def test_a_time_on_a_bound_is_within_it() -> None:
    found = buckets(Totals(Experience(reconnect_seconds=(5.0,))))
    assert (found["4"], found["5"], found["7.5"]) == (0, 1, 1)


def test_a_time_beyond_all_bounds_is_still_counted() -> None:
    found = buckets(Totals(Experience(reconnect_seconds=(3600.0,))))
    assert (found["60"], found["+Inf"]) == (0, 1)


@given(TIMES)
def test_each_bucket_holds_all_times_up_to_its_bound(times: list[float]) -> None:
    found = buckets(Totals(Experience(reconnect_seconds=tuple(times))))
    assert all(found[f"{bound:g}"] == sum(time <= bound for time in times) for bound in BUCKETS)
    assert found["+Inf"] == len(times)


@given(TIMES)
def test_milliseconds_and_seconds_say_the_same(times: list[float]) -> None:
    totals = Totals(Experience(reconnect_seconds=tuple(times)))
    (seconds, total), (milliseconds, total_ms) = totals.histogram(1), totals.histogram(1000)
    assert [count for _, count in seconds] == [count for _, count in milliseconds]
    assert total_ms == total * 1000
    assert milliseconds[8][0] == "5000"


def test_rows_keep_apart_by_their_labels() -> None:
    made = families(({"scenario": "a"}, Totals(Experience(lost=1))), ({"scenario": "b"}, Totals()))
    samples = made["sse_message_loss"].samples
    assert [(sample.labels, sample.value) for sample in samples] == [
        ({"scenario": "a"}, 1),
        ({"scenario": "b"}, 0),
    ]


def test_without_rows_there_are_names_and_no_values() -> None:
    assert all(not family.samples for family in families().values())
