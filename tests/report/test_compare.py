"""What is better, worse or neither between two sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import Verdict
from ssechaos.report.compare import Trend, compare

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.report.compare import Comparison

VERDICTS = st.sampled_from(["PASS", "FAIL", "INVALID", "SKIPPED"])


def recovered(seconds: float) -> dict[str, Any]:
    return {"recovery_mean": seconds, "recovery_p95": seconds}


def verdicts(*found: str) -> dict[str, Any]:
    """A summary as another program may have written it, with verdicts and nothing else."""
    names = ("network", "client", "target", "seed")
    scenarios = [{"name": f"s{n}", "verdict": verdict, "measurements": {}} for n, verdict in enumerate(found)]
    return {**dict.fromkeys(names, "same"), "scenarios": scenarios}


def both_ways(one: str, other: str) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    return (verdicts(one), verdicts(other)), (verdicts(other), verdicts(one))


@pytest.fixture
def compared(run: Callable[..., Any], summary: Callable[..., Any]) -> Callable[..., Comparison]:
    """Compare a scenario measured in one way with the same scenario measured in another."""

    def call(before: dict[str, Any], after: dict[str, Any], **session: Any) -> Comparison:
        return compare(summary(run(**before)), summary(run(**after), **session))

    return call


def seen(comparison: Comparison) -> list[tuple[str, str]]:
    return [(change.what, change.trend.value) for change in comparison.changes]


def test_a_session_is_as_good_as_itself(compared: Any) -> None:
    comparison = compared({}, {})
    assert (comparison.worse, comparison.better, comparison.same) == (0, 0, 1)
    assert not any((comparison.warnings, comparison.changes, comparison.new, comparison.missing))


@pytest.mark.parametrize(
    ("before", "after", "trend"),
    [
        ("PASS", "FAIL", "worse"),
        ("INVALID", "FAIL", "worse"),
        ("SKIPPED", "FAIL", "worse"),
        ("PASS", "INVALID", "worse"),
        ("PASS", "SKIPPED", "worse"),
        ("FAIL", "PASS", "better"),
        ("INVALID", "PASS", "better"),
        ("SKIPPED", "PASS", "better"),
        ("FAIL", "INVALID", "changed"),
        ("FAIL", "SKIPPED", "changed"),
        ("INVALID", "SKIPPED", "changed"),
    ],
)
def test_verdicts_turn(before: str, after: str, trend: str) -> None:
    assert seen(compare(verdicts(before), verdicts(after))) == [("verdict", trend)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"lost": 0}, {"lost": 1}, [("lost", "worse")]),
        ({"lost": 30}, {"lost": 32}, []),
        ({"lost": 30}, {"lost": 34}, [("lost", "worse")]),
        ({"duplicates": 1}, {"duplicates": 0}, [("duplicates", "better")]),
        ({"completion_rate": 1.0}, {"completion_rate": 0.9}, [("completion", "worse")]),
        ({"completion_rate": 0.9}, {"completion_rate": 1.0}, [("completion", "better")]),
        ({"reconnects": 1}, {"reconnects": 2}, []),
        ({"reconnects": 1}, {"reconnects": 3}, [("reconnects", "worse")]),
        (recovered(1.0), recovered(1.49), []),
        (recovered(1.0), recovered(1.6), [("recovery mean", "worse"), ("recovery p95", "worse")]),
        (recovered(4.0), recovered(4.9), []),
        (recovered(4.0), recovered(2.9), [("recovery mean", "better"), ("recovery p95", "better")]),
        ({"detection_max": 1.0}, {"detection_max": None}, []),
        ({"stalls_detected": 1}, {"stalls_detected": 9}, []),
    ],
)
def test_measurements_move_beyond_their_noise(
    compared: Any, before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert seen(compared(before, after)) == expected


def test_in_virtual_time_every_change_counts(compared: Any) -> None:
    simulated = {"network": "simulated"}
    comparison = compared(simulated | recovered(1.0), simulated | recovered(1.01))
    assert seen(comparison) == [("recovery mean", "worse"), ("recovery p95", "worse")]


def test_a_run_that_showed_nothing_is_not_measured_against(compared: Any) -> None:
    comparison = compared({"verdict": Verdict.INVALID, "lost": 40}, {"lost": 0})
    assert seen(comparison) == [("verdict", "better")]


def test_scenarios_come_and_go(run: Any, summary: Any) -> None:
    comparison = compare(summary(run("a"), run("b")), summary(run("b"), run("c", Verdict.FAIL, "lost")))
    assert (dict(comparison.new), dict(comparison.missing)) == ({"c": "FAIL"}, {"a": "PASS"})
    assert comparison.worse == 0
    assert comparison.same == 1


def test_a_scenario_counts_once_however_many_of_its_measurements_moved(compared: Any) -> None:
    assert compared({}, {"lost": 3, "duplicates": 4}).worse == 1


@pytest.mark.parametrize("what", ["seed", "network", "client", "target"])
def test_other_conditions_are_warned_of(what: str) -> None:
    assert compare(verdicts("PASS"), verdicts("PASS") | {what: "other"}).warnings == (
        f"another {what}: same, then other",
    )


def test_doubts_about_a_session_are_warned_of(run: Any, summary: Any) -> None:
    baseline = run("baseline", Verdict.FAIL, "lost")
    comparison = compare(summary(run(), interrupted=True), summary(run(), baseline=baseline))
    assert comparison.warnings == ("the first was interrupted", "the baseline of the second is FAIL")


@given(VERDICTS, VERDICTS)
def test_what_is_better_one_way_is_worse_the_other(one: str, other: str) -> None:
    there, back = ({change.trend for change in compare(*pair).changes} for pair in both_ways(one, other))
    assert (there == {Trend.BETTER}) <= (back == {Trend.WORSE})
    assert not (there == back == {Trend.WORSE})
    assert (there == set()) is (one == other)
