"""Can the run be trusted at all?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Clients, History, Verdict
from ssechaos.model.entries import Broken, Misbehaved

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_a_run_that_ended_by_itself_is_sound(ask: Ask, smooth: History) -> None:
    assert ask("soundness", smooth).problems == ()


def test_what_broke_is_named(ask: Ask, tell: Tell) -> None:
    (problem,) = ask("soundness", tell().add(Broken(at=3.0, where="network", message="the proxy died"))).problems
    assert (problem.name, problem.message, problem.at) == ("broken", "network: the proxy died", 3.0)
    assert problem.verdict is Verdict.INVALID


def test_a_client_that_breaks_the_rules_is_the_streams_fault(ask: Ask, tell: Tell) -> None:
    (problem,) = ask("soundness", tell().add(Misbehaved(at=3.0, client="c1", message="crashed"))).problems
    assert (problem.name, problem.message, problem.verdict) == ("client_misbehaved", "crashed", Verdict.FAIL)


def test_a_deadline_is_missed_only_by_clients_that_still_ran(ask: Ask, tell: Tell) -> None:
    (problem,) = ask("soundness", tell().connects(0.0).over(60.0, "deadline")).problems
    assert problem.message == "the client had not ended when the run's 60 s were over"
    assert ask("soundness", tell().connects(0.0).done(9.0).over(60.0, "deadline")).problems == ()
    several = tell(clients=Clients(count=3)).connects(0.0).done(9.0).over(60.0, "deadline")
    assert ask("soundness", several).problems[0].message.startswith("2 of 3 clients had not ended")


def test_an_interrupted_run_shows_nothing(ask: Ask, tell: Tell) -> None:
    (problem,) = ask("soundness", tell().connects(0.0).over(2.0, "interrupted")).problems
    assert (problem.name, problem.verdict) == ("interrupted", Verdict.INVALID)


@pytest.mark.parametrize("kept", [0, 5])
def test_a_history_without_an_end_is_of_a_killed_run(ask: Ask, smooth: History, kept: int) -> None:
    (problem,) = ask("soundness", History(smooth.conditions, smooth.entries[:kept])).problems
    assert (problem.name, problem.verdict) == ("unfinished", Verdict.INVALID)
