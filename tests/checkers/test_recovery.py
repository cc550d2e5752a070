"""How long does it take, once the network is healthy again, until the stream goes on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers.recovery import summarize
from ssechaos.model.entries import Closed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_recovery_runs_from_the_healthy_network_to_the_first_new_event(ask: Ask, outlived: History) -> None:
    found = ask("recovery", outlived)
    assert found.measurements["recovery_seconds"] == [pytest.approx(0.25)]
    assert found.measurements["recovery_p95"] == pytest.approx(0.25)
    assert found.problems == ()


def test_without_outages_nothing_is_measured(ask: Ask, smooth: History) -> None:
    found = ask("recovery", smooth)
    assert found.measurements["recovery_seconds"] == []
    assert found.measurements["recovery"] == dict.fromkeys(("mean", "p50", "p95", "p99", "max"))
    assert found.measurements["recovery_mean"] is None


def test_a_repeated_event_is_no_recovery(ask: Ask, tell: Tell) -> None:
    tale = (
        tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).delivers(2.5, 3).streams(4.0, 4, 5).done(5.0)
    )
    assert ask("recovery", tale).measurements["recovery_seconds"] == [2.0]


def test_completion_counts_when_nothing_else_was_left(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).connects(3.0, "3").done(3.5)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [1.5]


def test_a_client_that_ended_during_the_outage_has_nothing_to_recover(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", expects="error").connects(0.0).streams(0.1, 1, 3).fault(1.0, 9.0).fails(5.0)
    found = ask("recovery", tale)
    assert found.measurements["recovery_seconds"] == []
    assert found.problems == ()


def test_no_recovery_at_all_is_accused_with_the_fault(ask: Ask, tell: Tell) -> None:
    found = ask("recovery", tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).over(60, "deadline"))
    assert [problem.name for problem in found.problems] == ["no_recovery"]
    assert found.problems[0].message == "nothing new was delivered after dark, healthy again at 2 s"


def test_what_was_in_flight_at_a_strike_is_no_recovery(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).emits(0.9, 1).strikes(1.0).delivers(1.01, 1).breaks(1.02)
    tale.connects(2.0, "1").streams(2.1, 2, 4).done(3.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [pytest.approx(1.1)]


def test_a_strike_at_a_client_that_is_reconnecting_anyway_is_noticed_by_its_next_try(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).breaks(1.0).tries(2.0, "3").strikes(2.1)
    tale.notes(2.1, "No connection. Try 2 in 2 s.", attempt=2, retry_in=2.0).connects(4.1, "3").streams(4.2, 4, 9)
    tale.breaks(10.0).connects(11.0, "9").streams(11.1, 10, 12).done(12.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [pytest.approx(2.1)]


def test_a_strike_at_a_reconnecting_client_is_noticed_by_its_next_try(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).breaks(0.9).tries(1.9, "3").strikes(1.95)
    tale.breaks(1.96, 2.0, attempt=2).connects(4.0, "3", attempt=1).streams(4.1, 4, 5).done(5.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [pytest.approx(2.15)]


def test_a_later_trouble_is_not_taken_for_the_notice_of_a_strike(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).strikes(1.0).streams(1.5, 4, 6).breaks(30.0)
    tale.connects(31.0, "6").streams(31.1, 7, 8).done(32.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [0.5]


def test_recovery_from_a_mute_death_runs_from_its_detection(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).strikes(1.0).add(Closed(at=1.0, connection=1, how="dead"))
    tale.breaks(31.0).connects(32.0, "3").streams(32.5, 4, 5).done(33.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [1.5]


def test_an_outage_right_after_another_leaves_recovery_to_the_last(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", "dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).fault(4.0, 5.0, step=1)
    tale.breaks(1.1).connects(5.5, "3").streams(5.5, 4, 5).done(6.0)
    found = ask("recovery", tale)
    assert found.measurements["recovery_seconds"] == [0.5]
    assert found.problems == ()


def test_a_healthy_time_longer_than_any_wait_must_be_used(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", "dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).fault(12.0, 13.0, step=1)
    tale.breaks(1.1).connects(13.5, "3").streams(13.5, 4, 5).done(14.0)
    assert ask("recovery", tale).measurements["recovery_seconds"] == [11.5, 0.5]


def test_percentiles_are_by_nearest_rank() -> None:
    times = [float(number) for number in range(1, 101)]
    assert summarize(times) == {"mean": 50.5, "p50": 50.0, "p95": 95.0, "p99": 99.0, "max": 100.0}
    assert summarize([3.0, 1.0]) == {"mean": 2.0, "p50": 1.0, "p95": 3.0, "p99": 3.0, "max": 3.0}
