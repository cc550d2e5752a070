"""Did every fault of the schedule really happen?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.checkers.evidence import fault_reports
from ssechaos.model import FaultReport, Verdict
from ssechaos.model.entries import FaultBegan

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def verdicts(found: Findings) -> list[tuple[str, Verdict]]:
    return [(problem.name, problem.verdict) for problem in found.problems]


def test_faults_that_left_their_trace_are_not_doubted(ask: Ask, smooth: History, outlived: History) -> None:
    assert ask("evidence", smooth).problems == ()
    assert ask("evidence", outlived).problems == ()


def test_a_step_that_never_began_shows_nothing(ask: Ask, tell: Tell) -> None:
    found = ask("evidence", tell("dark").connects(0.0).streams(0.1, 1, 3).over(0.5))
    assert verdicts(found) == [("not_played", Verdict.INVALID)]
    assert found.problems[0].message == (
        "step 0 (dark) never began: it was due at 1 s, but the run was over at 0.5 s"
    )


def test_a_step_without_its_end_shows_nothing(ask: Ask, tell: Tell) -> None:
    found = ask("evidence", tell("dark").fault(1.0, None))
    assert verdicts(found) == [("not_ended", Verdict.INVALID)]


def test_a_fault_without_a_trace_shows_nothing_and_its_counters_are_named(ask: Ask, tell: Tell) -> None:
    found = ask("evidence", tell("mild", "dark").fault(1.0, 2.0, hits=0.0).fault(1.0, 2.0, step=1))
    assert verdicts(found) == [("no_evidence", Verdict.INVALID)]
    assert found.problems[0].message == "step 0 (mild) left no trace; counted were hits 0"


def test_a_step_that_the_schedule_does_not_have_is_named(ask: Ask, tell: Tell) -> None:
    found = ask("evidence", tell().add(FaultBegan(at=1.0, step=4, fault="dark")))
    assert verdicts(found) == [("unknown_step", Verdict.INVALID)]


def test_reports_say_when_each_step_was_in_force_and_what_shows_it(tell: Tell) -> None:
    history = tell("snap", "dark").fault(1.0, 2.0, hits=3.0).history()
    assert fault_reports(history) == (
        FaultReport("snap", 1.0, 2.0, modelled=True, evidence={"hits": 3.0}),
        FaultReport("dark", None, None, modelled=False, evidence={}),
    )
