"""From findings and objectives to a verdict with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers import CHECKERS, Checker, judge, register_checker
from ssechaos.model import Clients, Findings, History, Verdict, objectives
from ssechaos.model.entries import Broken, Ended
from ssechaos.model.objective import MEASUREMENTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Judgement

    Tell = Callable[..., Any]


def named(judgement: Judgement) -> set[str]:
    return {finding.name for finding in judgement.findings}


def test_a_run_without_trouble_passes(smooth: History) -> None:
    judgement = judge(smooth)
    assert (judgement.verdict, judgement.reason, judgement.findings) == (Verdict.PASS, "", ())


def test_an_outage_that_was_outlived_passes(outlived: History) -> None:
    judgement = judge(outlived)
    assert (judgement.verdict, judgement.reason) == (Verdict.PASS, "")
    assert judgement.faults[0].evidence == {"hits": 1.0}


def test_everything_that_an_objective_can_limit_is_measured(outlived: History) -> None:
    assert set(judge(outlived).measurements) >= MEASUREMENTS


def test_everything_that_the_summary_shows_is_measured(outlived: History) -> None:
    shown = {"detection_seconds", "recovery_seconds", "recovery", "stalls_detected", "reconnects"}
    assert set(judge(outlived).measurements) >= shown


def test_fail_beats_invalid(tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).delivers(0.5, 3).done(0.6)
    judgement = judge(tale.history())
    assert named(judgement) == {"duplicates", "not_played"}
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reason == "duplicates: event 3 delivered twice, at 0.3 s and 0.5 s"


def test_no_evidence_is_invalid_never_a_pass(tell: Tell) -> None:
    tale = tell("mild").connects(0.0).streams(0.1, 1, 3).fault(0.2, 0.5, hits=0.0).done(1.0)
    judgement = judge(tale.history())
    assert judgement.verdict is Verdict.INVALID
    assert judgement.reason.startswith("no_evidence: step 0 (mild)")


def test_a_missed_objective_fails_with_its_figures(tell: Tell) -> None:
    tale = tell("dark", objectives=objectives("recovery_p95 <= 0.2")).connects(0.0).streams(0.1, 1, 9)
    tale.fault(1.0, 2.0).breaks(1.2).connects(2.2, "9").streams(2.25, 10, 11).done(3.0)
    judgement = judge(tale.history())
    assert (judgement.verdict, judgement.findings) == (Verdict.FAIL, ())
    assert judgement.reason == "recovery_p95 is 0.25, the limit is <= 0.2"


def test_the_first_thing_that_went_wrong_is_the_reason(tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 5).emits(0.7, 6).breaks(1.0).connects(2.0, "3").sends(2.0, 4, 5)
    judgement = judge(tale.delivers(2.0, 4, 5).done(3.0).history())
    assert named(judgement) >= {"resume", "duplicates", "false_completion", "lost"}
    assert judgement.reason.startswith("resume: connects with a stale Last-Event-ID 3")


def test_what_the_objectives_allow_is_not_held_against_the_run(tell: Tell) -> None:
    def lossy(*texts: str) -> History:
        tale = tell(objectives=objectives(*texts)).connects(0.0).streams(0.1, 1, 3).emits(0.5, 4)
        return tale.learns_of_gap(0.6, 4, 4).streams(0.7, 5, 6).done(1.0).history()

    assert named(judge(lossy())) == {"lost"}
    allowed = judge(lossy("lost <= 1", "completion_rate >= 0.8"))
    assert (allowed.verdict, allowed.findings, allowed.measurements["lost"]) == (Verdict.PASS, (), 1)


def test_nothing_delivered_is_invalid_whatever_the_objectives_say(tell: Tell) -> None:
    tale = tell().tries(0.0).shows(0.0, "connecting").emits(0.1, 1, 2).over(60.0, "deadline")
    judgement = judge(tale.history())
    assert judgement.verdict is Verdict.INVALID
    assert judgement.reason == "nothing_delivered: no client delivered any event"


def test_what_follows_a_break_of_the_harness_is_not_the_streams_fault(tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).emits(2.0, 4, 5)
    tale.add(Broken(at=1.0, where="network", message="the proxy died"))
    history = tale.history()
    judgement = judge(History(history.conditions, tuple(e for e in history.entries if not isinstance(e, Ended))))
    assert judgement.verdict is Verdict.INVALID
    assert judgement.reason == "broken: network: the proxy died"
    assert named(judgement) >= {"incomplete", "lost"}


def test_what_went_before_it_is(tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).delivers(0.5, 3).over(2.0, "interrupted")
    judgement = judge(tale.history())
    assert judgement.verdict is Verdict.FAIL
    assert judgement.reason.startswith("duplicates")


def test_a_crashed_checker_is_invalid_under_its_own_name(smooth: History, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_: History) -> Findings:
        raise ZeroDivisionError("oh no")

    monkeypatch.setitem(CHECKERS, "fragile", Checker("fragile", crash))
    judgement = judge(smooth)
    assert judgement.verdict is Verdict.INVALID
    assert judgement.reason == "fragile: the checker crashed, so nothing is known: ZeroDivisionError: oh no"


def test_a_reason_is_one_line(tell: Tell) -> None:
    judgement = judge(tell().add(Broken(at=0.5, where="target", message="two\nlines")).history())
    assert judgement.reason == "broken: target: two lines"


def test_two_checkers_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match="two checkers are named 'loss'"):
        register_checker("loss")(lambda _: Findings())


def test_every_checker_is_named_by_one_word() -> None:
    assert all(name.isidentifier() and checker.name == name for name, checker in CHECKERS.items())


def test_a_hundred_clients_are_judged_without_delay(tell: Tell) -> None:
    tale = tell("snap", clients=Clients(count=100)).emits(0.05, *range(1, 51)).fault(1.0, 1.0)
    for number in range(100):
        client = f"c{number}"
        tale.connects(0.0, client=client).delivers(0.5, *range(1, 26), client=client)
        tale.strikes(1.0, connection=number).breaks(1.001, client=client).connects(2.001, "25", client=client)
        tale.delivers(2.5, *range(26, 51), client=client).ends(3.0, client=client)
    judgement = judge(tale.done(3.0, client="c0").history())
    assert judgement.verdict is Verdict.PASS
    assert len(judgement.measurements["recovery_seconds"]) == 100


def test_a_client_that_said_open_all_the_time_fails_though_nothing_was_delivered(tell: Tell) -> None:
    tale = tell().tries(0.0).requests(0.0).shows(0.1, "open").emits(0.1, 1, 2, 3).over(60.0, "deadline")
    judgement = judge(tale.history())
    assert judgement.verdict is Verdict.FAIL
    assert {finding.name for finding in judgement.findings if finding.verdict is Verdict.FAIL} >= {
        "silent_failure"
    }
