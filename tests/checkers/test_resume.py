"""Does a client come back with the right Last-Event-ID?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_the_id_of_the_last_delivery_is_right(ask: Ask, smooth: History, outlived: History) -> None:
    assert ask("resume", smooth).problems == ()
    assert ask("resume", outlived).problems == ()


@pytest.mark.parametrize(
    ("asked", "how"),
    [
        ("2", "with a stale Last-Event-ID 2"),
        ("4", "with a premature Last-Event-ID 4"),
        (None, "without Last-Event-ID"),
    ],
)
def test_another_id_is_accused_with_time_and_fault(ask: Ask, tell: Tell, asked: str | None, how: str) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).connects(2.5, asked)
    (problem,) = ask("resume", tale).problems
    assert problem.name == "resume"
    assert problem.message == f"connects {how}, while 3 was delivered last, at 2.5 s, 0.5 s after dark"


def test_each_of_several_clients_has_its_own_place(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(count=2)).connects(0.0).connects(0.0, client="c2").streams(0.1, 1, 3)
    tale.delivers(0.2, 1, client="c2").connects(1.0, "3").connects(1.0, "3", client="c2")
    (problem,) = ask("resume", tale).problems
    assert problem.message.startswith("c2: connects with a premature Last-Event-ID 3")


def test_a_client_must_send_what_it_says(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).tries(1.0, "3").requests(1.0, None)
    (problem,) = ask("resume", tale).problems
    assert "was asked with no Last-Event-ID, while the client says Last-Event-ID 3, at 1 s" in problem.message


def test_a_request_that_a_fault_held_may_arrive_after_the_next_one(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 8.0).tries(2.0, "3").tries(7.5, "3", attempt=1)
    tale.requests(8.0, "3").streams(8.1, 4, 5).requests(8.3, "3")
    assert ask("resume", tale).problems == ()


def test_a_client_that_does_not_say_when_it_connects_is_judged_by_its_requests(ask: Ask, tell: Tell) -> None:
    tale = tell().requests(0.0).streams(0.1, 1, 3).requests(2.0, "3").streams(2.1, 4, 6).requests(5.0, "3")
    (problem,) = ask("resume", tale).problems
    assert problem.message == "the client asks with a stale Last-Event-ID 3, while 6 was delivered last, at 5 s"


def test_a_delivery_may_be_read_a_moment_after_the_request(ask: Ask, tell: Tell) -> None:
    assert ask("resume", tell().requests(0.0).delivers(2.1, 1).requests(2.0, "1")).problems == ()


def test_of_a_request_and_a_delivery_at_one_instant_nobody_knows_which_came_first(ask: Ask, tell: Tell) -> None:
    assert ask("resume", tell().requests(0.0).delivers(0.0, 1)).problems == ()


def test_its_requests_may_be_held_by_an_outage(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").requests(0.0).streams(0.1, 1, 3).fault(1.0, 4.0).streams(4.2, 4, 5).requests(5.0, "3")
    assert ask("resume", tale).problems == ()


def test_requests_of_several_clients_can_not_be_told_apart(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(count=2)).requests(0.0).streams(0.1, 1, 3).requests(2.0, "1")
    assert ask("resume", tale).problems == ()
