"""The statistics of the benchmark."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from bench.figures import interval_99, median_of, p50, p99, quantile
from hypothesis import given
from hypothesis import strategies as st


def test_a_quantile_is_one_of_the_values() -> None:
    assert quantile([5, 1, 4, 2, 3], 0.5) == 3
    assert quantile(range(1, 101), 0.99) == 99
    assert quantile([7], 0.99) == 7


@given(st.lists(st.floats(-1e6, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_not_exceeded_by_its_share_of_the_values(values: list[float], share: float) -> None:
    found = quantile(values, share)
    assert sum(value <= found for value in values) >= share * len(values)


def test_the_median_of_repeats_shrugs_off_one_bad_repeat() -> None:
    assert median_of([[1, 2, 3], [1, 2, 3], [900, 900, 900]], p50) == 2
    assert median_of([[1] * 99 + [5], [1] * 98 + [5, 5], [1] * 100], p99) == 1


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_at_the_ends_of_the_interval_the_observed_share_is_99_percent_unlikely(trials: int, share: float) -> None:
    hits = round(trials * share)
    for end in interval_99(hits, trials):
        # Wilson's definition, which the closed form solves.
        deviations = (hits / trials - end) ** 2 * trials
        assert deviations == pytest.approx(NormalDist().inv_cdf(0.995) ** 2 * end * (1 - end), rel=1e-3, abs=1e-9)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_the_interval_holds_what_was_observed(trials: int, share: float) -> None:
    hits = round(trials * share)
    low, high = interval_99(hits, trials)
    assert 0 <= low <= hits / trials + 1e-12
    assert hits / trials - 1e-12 <= high <= 1
