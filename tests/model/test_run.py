"""A judged run, and what changes its judgement from outside."""

from __future__ import annotations

import pytest

from ssechaos.model import Conditions, Finding, History, Judgement, Run, Scenario, Verdict, skipped

HISTORY = History(Conditions(scenario=Scenario(name="calm", does="nothing"), seed=7), ())


def run(verdict: Verdict, reason: str = "") -> Run:
    return Run(HISTORY, Judgement(verdict, reason, {"lost": 0}, (), (), ()), 1.5)


def test_a_run_has_the_name_of_its_scenario_and_its_measurements() -> None:
    assert run(Verdict.PASS).name == "calm"
    assert run(Verdict.PASS).measurements["lost"] == 0


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INVALID])
def test_a_finding_against_a_run_that_passed_is_its_verdict_and_reason(verdict: Verdict) -> None:
    judged = run(Verdict.PASS).against(Finding("own", "not what it asserts", verdict=verdict)).judgement
    assert (judged.verdict, judged.reason) == (verdict, "own: not what it asserts")
    assert [finding.name for finding in judged.findings] == ["own"]


def test_a_run_that_failed_keeps_its_reason() -> None:
    judged = run(Verdict.FAIL, "lost: event 7").against(Finding("own", "more")).judgement
    assert (judged.verdict, judged.reason) == (Verdict.FAIL, "lost: event 7")
    assert [finding.name for finding in judged.findings] == ["own"]


def test_a_skipped_run_has_its_reason_and_nothing_else() -> None:
    judged = skipped(HISTORY, "this network can't").judgement
    assert (judged.verdict, judged.reason, judged.measurements) == (Verdict.SKIPPED, "this network can't", {})
