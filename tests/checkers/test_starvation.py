"""A machine that is too busy is no fault of the stream."""

from __future__ import annotations

from dataclasses import replace

from ssechaos.checkers import judge, starved
from ssechaos.model import History, Verdict
from ssechaos.model.entries import Lagged


def with_lag(history: History, seconds: float) -> History:
    return replace(history, entries=(Lagged(at=0.0, seconds=seconds), *history.entries))


def late_try(tell) -> History:
    return tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.5, "3").over(2.6).history()


def test_a_late_try_is_held_against_the_client_while_the_harness_is_on_time(tell) -> None:
    judgement = judge(with_lag(late_try(tell), 0.1))
    assert judgement.verdict is Verdict.FAIL
    assert "backoff" in {finding.name for finding in judgement.findings if finding.verdict is Verdict.FAIL}


def test_a_late_try_proves_nothing_once_the_harness_was_late_itself(tell) -> None:
    judgement = judge(with_lag(late_try(tell), 0.62))
    assert judgement.verdict is Verdict.INVALID
    assert judgement.reason.startswith("starved: the harness itself was 0.62 s late")
    assert "backoff" in {finding.name for finding in judgement.findings}


def test_what_no_delay_explains_stays_a_failure(tell) -> None:
    story = tell().connects(0.0).streams(0.1, 1, 3).delivers(0.9, 3).done(1.0).over(1.0).history()
    judgement = judge(with_lag(story, 0.62))
    assert judgement.verdict is Verdict.FAIL
    assert {finding.name for finding in judgement.findings if finding.verdict is Verdict.FAIL} == {"duplicates"}


def test_a_run_that_passes_all_the_same_passes(smooth) -> None:
    assert judge(with_lag(smooth, 0.62)).verdict is Verdict.PASS


def test_a_history_without_lag_was_not_starved(smooth) -> None:
    assert starved(smooth) is None
