"""What makes a pass mean less is said, with the scenarios that it touches."""

from __future__ import annotations

from typing import Any

from ssechaos.model import FaultReport, Finding, ObjectiveResult, Verdict
from ssechaos.report.html.cautions import cautions


def said(summary: Any, *runs: Any, **session: Any) -> str:
    return "\n".join(cautions(summary(*runs, **session)))


def test_a_session_without_doubts_has_none(run: Any, summary: Any) -> None:
    assert not said(summary, run(), baseline=run("baseline"))


def test_modelled_faults_are_named(run: Any, summary: Any) -> None:
    fault = FaultReport("packet_loss", 0.0, 1.0, modelled=True, evidence={})
    text = said(summary, run("lossy", faults=(fault,)), run("clean"), baseline=run("baseline"))
    assert text == "faults that were only modelled, as the network can't make the real ones: lossy"


def test_skipped_scenarios_are_named(run: Any, summary: Any) -> None:
    text = said(summary, run("a"), run("b", Verdict.SKIPPED, "can't"), baseline=run("baseline"))
    assert text == "skipped, so nothing is known of: b"


def test_a_recovery_that_nothing_asked_for_is_no_success(run: Any, summary: Any) -> None:
    unmeasured = ObjectiveResult("recovery_p95", "<= 5", None, ok=True)
    text = said(summary, run("calm", objectives=(unmeasured,)), baseline=run("baseline"))
    assert text == "recovery was not put to the test, as no outage met a client: calm"


def test_a_busy_machine_is_named(run: Any, summary: Any) -> None:
    late = Finding("starved", "late", 0.0, Verdict.INVALID)
    text = said(summary, run("a", Verdict.INVALID, "starved: late", findings=(late,)), baseline=run("baseline"))
    assert text == "the machine was too busy to judge times: a"


def test_very_few_events_are_little_evidence(run: Any, summary: Any) -> None:
    assert said(summary, run("short", sent=3), baseline=run("baseline")) == "fewer than 10 events were sent: short"


def test_virtual_time_and_a_missing_baseline_are_said(run: Any, summary: Any) -> None:
    text = said(summary, run(network="simulated"))
    assert "virtual time" in text
    assert "no baseline without faults was played" in text


def test_what_was_sent_may_only_be_concluded(stream: Any, made: Any, summary: Any, run: Any) -> None:
    concluded = made(stream(), "theirs", conditions={"ground_truth": "sequence"})
    assert "neither a loss at the very end nor changed bytes show: theirs" in said(
        summary, concluded, baseline=run("baseline")
    )


def test_many_names_are_counted(run: Any, summary: Any) -> None:
    text = said(summary, *(run(f"s{number}", sent=1) for number in range(12)), baseline=run("baseline"))
    assert text.endswith("s0, s1, s2, s3, s4, s5, s6, s7 and 4 more")
