"""Does a client wait as long as its policy promises, and as it tells its user?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import ClientPolicy, Clients, ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_waits_that_grow_as_promised_are_not_accused(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 9.0)
    tale.breaks(1.0, 1.05).tries(2.05).breaks(2.1, 1.9, attempt=2).tries(4.0).breaks(4.1, 4.3, attempt=3)
    tale.tries(8.4).breaks(8.5, 4.6, attempt=4).connects(13.1, "3").streams(13.2, 4, 6).breaks(14.0, 0.95)
    assert ask("backoff", tale).problems == ()


@pytest.mark.parametrize("wait", [0.5, 1.2])
def test_a_wait_outside_the_policy_is_named_with_its_limits_time_and_fault(
    ask: Ask, tell: Tell, wait: float
) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 9.0).breaks(1.5, wait)
    tale.tries(1.5 + wait)
    (problem,) = ask("backoff", tale).problems
    assert problem.name == "backoff"
    assert problem.message == f"announced a wait of {wait} s, where 0.9 s to 1.1 s are right (try 1), during dark"
    assert problem.at == 1.5


def test_waits_that_do_not_grow_are_accused(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.0).breaks(2.0, 1.05).tries(3.05)
    (problem,) = ask("backoff", tale).problems
    assert "announced a wait of 1.05 s, where 1.8 s to 2.2 s" in problem.message


def test_only_something_new_of_the_stream_begins_the_waits_again(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).connects(2.0, "3").beats(2.5).breaks(3.0, 2.1)
    assert ask("backoff", tale.connects(5.1, "3")).problems == ()


def test_the_cap_includes_the_jitter(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(policy=ClientPolicy(backoff=(5.0,)))).tries(0.0)
    assert ask("backoff", tale.breaks(1.0, 4.6).tries(5.6)).problems == ()
    assert "4.5 s to 5 s" in ask("backoff", tale.breaks(7.0, 5.2).tries(12.2)).problems[0].message


def test_a_longer_retry_of_the_server_is_honoured_once_it_was_heard(ask: Ask, tell: Tell) -> None:
    server = ServerSettings(retry=3.0)
    heard = tell(server=server).connects(0.0).streams(0.1, 1, 3)
    assert "2.7 s to 3.3 s" in ask("backoff", heard.breaks(1.0, 1.0).tries(2.0)).problems[0].message
    assert ask("backoff", tell(server=server).tries(0.0).breaks(0.1, 1.0).tries(1.1)).problems == ()


def test_the_retry_of_somebody_elses_server_may_be_anything_under_the_cap(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"target": "http://example/"}).connects(0.0).streams(0.1, 1, 3)
    assert ask("backoff", tale.breaks(1.0, 3.0).tries(4.0).breaks(5.0, 2.0).tries(7.0)).problems == ()
    assert len(ask("backoff", tale.breaks(8.0, 6.0).tries(14.0)).problems) == 1


def test_what_the_server_asked_for_may_pass_the_cap_but_not_be_cut_short(ask: Ask, tell: Tell) -> None:
    asked = tell().tries(0.0).breaks(0.1, 8.2, asked=8.0).tries(8.3)
    assert ask("backoff", asked).problems == ()
    early = tell().tries(0.0).breaks(0.1, 1.0, asked=8.0).tries(1.1)
    assert "8 s to 8.8 s are right as the server asked for 8 s" in ask("backoff", early).problems[0].message


def test_a_longer_wait_needs_a_server_that_asked_for_it(ask: Ask, tell: Tell) -> None:
    tale = tell().tries(0.0).notes(0.1, "the server answered 503", attempt=1, retry_in=8.0).tries(8.1)
    assert len(ask("backoff", tale).problems) == 1


def test_a_try_at_once_repairs_a_gap_and_is_no_wait(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 0.0).connects(1.0, "3").breaks(2.0, 1.0)
    assert ask("backoff", tale.connects(3.0, "3")).problems == ()


@pytest.mark.parametrize("tried", [1.5, 2.5])
def test_a_try_at_another_time_than_announced_is_accused(ask: Ask, tell: Tell, tried: float) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(tried)
    (problem,) = ask("backoff", tale).problems
    assert problem.message == f"announced a try in 1 s, but tried after {tried - 1} s (try 1)"


def test_a_busy_machine_may_be_a_little_late(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.2)
    assert ask("backoff", tale).problems == ()


def test_an_announced_try_that_never_comes_is_accused(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).over(9.0, "deadline")
    (problem,) = ask("backoff", tale).problems
    assert "announced a try for 2 s that never came" in problem.message


def test_giving_up_takes_the_announcement_back(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).fails(1.5).over(9.0)
    assert ask("backoff", tale).problems == ()


def test_waits_that_are_exactly_the_policys_steps_have_no_jitter(ask: Ask, tell: Tell) -> None:
    tale = (
        tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.0, "3").breaks(2.1, 2.0).tries(4.1, "3")
    )
    (problem,) = ask("backoff", tale).problems
    assert problem.name == "no_jitter"
    assert problem.message == "waits 1 s, 2 s: the policy's own steps, unvaried"


def test_one_wait_may_hit_a_step_by_chance(ask: Ask, tell: Tell) -> None:
    tale = (
        tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.0, "3").breaks(2.1, 2.1).tries(4.2, "3")
    )
    assert ask("backoff", tale).problems == ()


def test_a_policy_without_jitter_asks_for_none(ask: Ask, tell: Tell) -> None:
    plain = Clients(policy=ClientPolicy(jitter=0.0))
    tale = tell(clients=plain).connects(0.0).streams(0.1, 1, 3).breaks(1.0, 1.0).tries(2.0, "3").breaks(2.1, 2.0)
    assert ask("backoff", tale.tries(4.1, "3")).problems == ()
