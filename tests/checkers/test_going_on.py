"""Does a resumed stream go on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import ClientPolicy, Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tap = Callable[..., Any]
    Tell = Callable[..., Any]

SHORT = Clients(policy=ClientPolicy(silence_threshold=2.0, adopt_server_threshold=False))


def names(found: Findings) -> list[str]:
    return [problem.name for problem in found.problems]


def resumed(tap: Tap) -> Any:
    """Five events were sent, three arrived; the client asks for the rest."""
    tale = tap(clients=SHORT).connects(0.0).serves(0.1, 1, 2, 3).writes(0.5, 4, 5).closes(0.6, "client_gone")
    return tale.breaks(0.6).connects(1.0, "3")


def test_nothing_of_a_rest_that_was_there_is_stuck(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("going_on", resumed(tap).comments(2.0, 3.0, 4.0).over(5.0, "deadline")).problems
    assert problem.name == "resume_stuck"
    expected = "connection 2: brings nothing after Last-Event-ID 3 for 4 s, though event 4 was there"
    assert problem.message == expected


def test_so_is_an_answer_that_ends_at_once(ask: Ask, tap: Tap) -> None:
    assert names(ask("going_on", resumed(tap).closes(1.1))) == ["resume_stuck"]


def test_whoever_brings_the_rest_is_not(ask: Ask, tap: Tap) -> None:
    assert names(ask("going_on", resumed(tap).writes(1.5, 4).over(9.0, "deadline"))) == []


def test_a_rest_that_nobody_saw_may_not_be_there(ask: Ask, tap: Tap) -> None:
    tale = tap(clients=SHORT).connects(0.0).serves(0.1, 1, 2, 3).closes(0.6, "client_gone").connects(1.0, "3")
    assert names(ask("going_on", tale.over(9.0, "deadline"))) == []


def test_a_connection_that_did_not_live_long_tells_nothing(ask: Ask, tap: Tap) -> None:
    assert names(ask("going_on", resumed(tap).closes(1.5, "client_gone"))) == []
