"""Are tries counted, bounded, and never made in a tight loop?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import ClientPolicy, Clients
from ssechaos.model.entries import Opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]

THREE_TRIES = Clients(policy=ClientPolicy(max_attempts=3))


def test_tries_that_are_counted_bounded_and_spread_are_not_accused(
    ask: Ask, tell: Tell, outlived: History
) -> None:
    assert ask("retries", outlived).problems == ()
    tale = tell(clients=THREE_TRIES).tries(0.0).tries(1.0, attempt=1).tries(3.0, attempt=2).fails(3.0)
    assert ask("retries", tale).problems == ()


def test_a_client_that_never_stops_trying_is_accused(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", clients=THREE_TRIES).fault(0.0, 99.0)
    for number in range(9):
        tale.tries(number * 4.0, attempt=number)
    found = ask("retries", tale)
    assert [problem.name for problem in found.problems] == ["unbounded_retries"]
    expected = "tried 9 times in a row, the policy gives up after 3, at 12 s, during dark"
    assert found.problems[0].message == expected


def test_something_new_of_the_stream_ends_the_row(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=THREE_TRIES)
    for number in range(9):
        tale.connects(number * 4.0).delivers(number * 4.0 + 1, number)
    assert ask("retries", tale).problems == ()


def test_heartbeats_do_not_end_the_row(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=THREE_TRIES)
    for number in range(9):
        tale.connects(number * 4.0, attempt=number).beats(number * 4.0 + 1)
    assert [problem.name for problem in ask("retries", tale).problems] == ["unbounded_retries"]


def test_what_a_gap_event_told_is_no_longer_missing_so_the_next_event_may_be_asked_for_at_once(
    ask: Ask, tell: Tell
) -> None:
    tale = tell().connects(0.0).connects(0.3, attempt=1).learns_of_gap(0.3, 1, 1).connects(0.3, attempt=2)
    assert ask("retries", tale.connects(1.3, attempt=3).streams(1.3, 2, 4)).problems == ()


def test_tries_without_a_wait_are_a_tight_loop(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).fault(1.0, 9.0)
    for number in range(5):
        tale.tries(2.0 + number / 100, "3", attempt=number)
    found = ask("retries", tale)
    assert [problem.name for problem in found.problems] == ["tight_loop"]
    expected = "tried 5 times within 0.04 s, without waiting, at 2.02 s, during snap"
    assert found.problems[0].message == expected


def test_one_repair_at_once_is_no_loop(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).connects(2.0, "3").connects(2.1, "3", attempt=1)
    assert ask("retries", tale).problems == ()


def test_a_count_that_does_not_grow_is_accused(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).tries(2.0, "3").tries(4.0, "3").tries(8.0, "3")
    found = ask("retries", tale)
    assert [problem.name for problem in found.problems] == ["attempt_not_counted"]
    assert "counts 0 failed tries where it had counted 0" in found.problems[0].message


def test_a_client_that_says_nothing_is_judged_by_its_connections(ask: Ask, tell: Tell) -> None:
    tale = tell().delivers(0.5, 1)
    for number in range(5):
        tale.add(Opened(at=1.0 + number / 100, connection=number))
    assert [problem.name for problem in ask("retries", tale).problems] == ["tight_loop"]
    several = tell(clients=Clients(count=2)).delivers(0.5, 1).delivers(0.5, 1, client="c2")
    several.entries += [entry for entry in tale.entries if isinstance(entry, Opened)]
    assert ask("retries", several).problems == ()


COMMAND = {"client": "node client.mjs", "client_is_command": True}
FUNCTION = {"client": "clients:read"}


def opened(tale: Any, *times: float) -> Any:
    for number, at in enumerate(times):
        tale.add(Opened(at=at, connection=number))
    return tale


@pytest.mark.parametrize("conditions", [COMMAND, FUNCTION], ids=["a command", "a function"])
def test_who_is_never_given_the_policy_may_try_for_ever(ask: Ask, tell: Tell, conditions: dict[str, Any]) -> None:
    tale = tell(conditions=conditions, clients=THREE_TRIES).shows(0.0, "connecting")
    assert ask("retries", opened(tale, *(number * 0.5 for number in range(50)))).problems == ()


def test_a_program_must_pause_between_its_tries(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions=COMMAND).shows(0.0, "connecting")
    (problem,) = ask("retries", opened(tale, 0.0, 0.01, 0.02, 0.03)).problems
    assert problem.name == "tight_loop"
