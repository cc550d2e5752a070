"""Did every client end as it should, and with everything that was sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Clients, ServerSettings, Verdict, Workload
from ssechaos.model.entries import Misbehaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_a_whole_stream_is_complete(ask: Ask, smooth: History) -> None:
    found = ask("completion", smooth)
    assert found.problems == ()
    assert found.measurements == {"sent": 10, "clients": 1, "delivered": 10, "completion_rate": 1.0}


def test_completion_before_everything_was_delivered_is_false(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(0.35, 1).emits(0.4, 4, 6).done(0.5)
    found = ask("completion", tale)
    assert [problem.name for problem in found.problems] == ["false_completion"]
    message = "took the stream as complete at 0.5 s without events 4, 6, during dark"
    assert found.problems[0].message == message
    assert found.measurements["completion_rate"] == pytest.approx(0.6)


def test_events_that_the_server_produces_later_also_count(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell().connects(0.0).streams(0.1, 1, 3).done(0.5).emits(0.9, 4))
    messages = {finding.name: finding.message for finding in found.problems}
    assert "without event 4" in messages["false_completion"]


def test_the_end_of_a_connection_is_not_the_end_of_the_stream(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell().connects(0.0).streams(0.1, 1, 3).ends(0.5))
    assert [problem.name for problem in found.problems] == ["false_completion"]
    assert "before the server had said so" in found.problems[0].message


def test_what_a_gap_told_does_not_make_a_completion_false(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 2).emits(0.5, 3, 4).learns_of_gap(0.6, 3, 4).streams(0.7, 5, 6)
    found = ask("completion", tale.done(1.0))
    assert found.problems == ()
    assert found.measurements["delivered"] == 4


def test_a_stream_without_an_end_is_incomplete(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell().connects(0.0).streams(0.1, 1, 3).emits(0.5, 4).over(60, "deadline"))
    assert [problem.name for problem in found.problems] == ["incomplete"]
    assert "without event 4" in found.problems[0].message


def test_giving_up_is_accused_where_completion_was_expected(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell("dark").connects(0.0).streams(0.1, 1, 3).fault(0.5, 9.0).fails(5.0))
    assert [problem.name for problem in found.problems] == ["gave_up"]
    assert "5 s, during dark" in found.problems[0].message


def test_giving_up_visibly_is_right_where_an_error_was_expected(ask: Ask, tell: Tell) -> None:
    assert ask("completion", tell(expects="error").connects(0.0).streams(0.1, 1, 3).fails(5.0)).problems == ()


@pytest.mark.parametrize("end", ["done", None])
def test_no_error_is_accused_where_one_was_expected(ask: Ask, tell: Tell, end: str | None) -> None:
    tale = tell(expects="error").connects(0.0).streams(0.1, 1, 3)
    found = ask("completion", tale.done(1.0) if end else tale)
    assert [problem.name for problem in found.problems] == ["no_error"]


def test_a_stream_that_is_over_before_the_last_fault_begins_may_be_complete(ask: Ask, tell: Tell) -> None:
    short = tell("dark", expects="error").connects(0.0).streams(0.1, 1, 3).done(1.0)
    assert ask("completion", short).problems == ()
    early = tell("dark", expects="error").connects(0.0).streams(0.1, 1, 3).emits(0.5, 4).done(1.0)
    assert [problem.name for problem in ask("completion", early).problems] == ["false_completion"]


def test_where_either_end_is_right_giving_up_visibly_is_and_completion_is(ask: Ask, tell: Tell) -> None:
    assert ask("completion", tell(expects="either").connects(0.0).streams(0.1, 1, 3).fails(5.0)).problems == ()
    assert ask("completion", tell(expects="either").connects(0.0).streams(0.1, 1, 3).done(5.0)).problems == ()


def test_where_either_end_is_right_no_end_and_a_false_one_are_accused(ask: Ask, tell: Tell) -> None:
    endless = ask("completion", tell(expects="either").connects(0.0).streams(0.1, 1, 3).over(60, "deadline"))
    assert [problem.name for problem in endless.problems] == ["incomplete"]
    early = ask("completion", tell(expects="either").connects(0.0).streams(0.1, 1, 3).emits(0.5, 4).done(1.0))
    assert [problem.name for problem in early.problems] == ["false_completion"]


def test_a_run_without_events_shows_nothing(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell().connects(0.0).over(60, "deadline"))
    assert ("nothing_sent", Verdict.INVALID) in [(problem.name, problem.verdict) for problem in found.problems]
    assert found.measurements["completion_rate"] is None


def test_a_run_without_deliveries_shows_nothing(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell().connects(0.0).emits(0.1, 1, 2).over(60, "deadline"))
    assert ("nothing_delivered", Verdict.INVALID) in [(found.name, found.verdict) for found in found.problems]


def test_a_client_that_says_why_nothing_came_is_cause_enough(ask: Ask, tell: Tell) -> None:
    gave_up = ask("completion", tell(expects="error").tries(0.0).fails(1.0))
    assert gave_up.problems == ()
    crashed = ask("completion", tell().tries(0.0).add(Misbehaved(at=0.1, client="c1", message="crashed")))
    assert [problem.name for problem in crashed.problems] == ["incomplete"]


def test_several_clients_are_averaged_and_named(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(count=2)).connects(0.0).streams(0.1, 1, 4)
    tale.connects(0.0, client="c2").delivers(0.2, 1, 2, client="c2").done(1.0).ends(1.0, client="c2")
    found = ask("completion", tale)
    assert found.measurements["delivered"] == 3
    assert found.measurements["completion_rate"] == 0.75
    assert found.problems[0].message.startswith("c2: took the stream as complete")


def test_a_client_that_was_never_heard_of_is_missed(ask: Ask, tell: Tell) -> None:
    found = ask("completion", tell(clients=Clients(count=3)).connects(0.0).streams(0.1, 1, 4).done(1.0))
    assert [problem.name for problem in found.problems] == ["incomplete"]
    assert "2 of 3 clients" in found.problems[0].message
    assert found.measurements["completion_rate"] == pytest.approx(1 / 3)


def test_without_a_ledger_the_sequences_say_what_was_sent(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"ground_truth": "sequence"}).tries(0.0).delivers(0.1, 5, 6, 8).ends(1.0)
    assert ask("completion", tale).measurements["sent"] == 4


def test_a_server_that_says_complete_before_its_workload_is_sent_is_named(ask: Ask, tell: Tell) -> None:
    tale = tell(workload=Workload(events=9)).connects(0.0).streams(0.1, 1, 5).done(0.8)
    (problem,) = [finding for finding in ask("completion", tale).problems if finding.name == "completed_early"]
    assert problem.message == "the server said complete at 0.8 s, after 5 of 9 events"


def test_a_stream_whose_time_is_up_may_end_early(ask: Ask, tell: Tell) -> None:
    settings = {"workload": Workload(events=9), "server": ServerSettings(stream_max_seconds=0.5)}
    assert ask("completion", tell(**settings).connects(0.0).streams(0.1, 1, 5).done(0.8)).problems == ()
