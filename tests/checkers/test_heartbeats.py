"""Does the server show signs of life as often as it promises?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import ClientPolicy, Clients, ServerSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tap = Callable[..., Any]
    Tell = Callable[..., Any]

SERVER = ServerSettings(heartbeat_interval=2.0)  # so that 3.5 s of silence are too long


def test_events_and_heartbeats_both_are_signs_of_life(ask: Ask, tell: Tell, outlived: History) -> None:
    assert ask("heartbeats", outlived).problems == ()
    tale = tell(server=SERVER).connects(0.0).beats(2.0).beats(4.0).streams(7.0, 1, 2).done(10.0)
    assert ask("heartbeats", tale).problems == ()


def test_silence_on_a_live_connection_is_accused_with_its_time(ask: Ask, tell: Tell) -> None:
    (problem,) = ask("heartbeats", tell(server=SERVER).connects(0.0).streams(1.0, 1, 1).done(6.0)).problems
    assert problem.name == "heartbeats"
    expected = "nothing sent for 5 s from 1 s on, a sign of life is due every 3.5 s"
    assert problem.message == f"connection 1: {expected}"
    assert problem.at == 4.5


@pytest.mark.parametrize("leaving", ["drops", "fails", "connects"])
def test_silence_ends_with_the_connection(ask: Ask, tell: Tell, leaving: str) -> None:
    tale = tell(server=SERVER).connects(0.0).streams(1.0, 1, 1)
    getattr(tale, leaving)(3.0)
    assert len(ask("heartbeats", tale.over(6.0, "deadline")).problems) == 0


def test_a_server_that_hangs_silently_is_accused_by_the_end_of_the_run(ask: Ask, tell: Tell) -> None:
    tale = tell(server=SERVER).connects(0.0).streams(1.0, 1, 1).over(60.0, "deadline")
    assert [problem.name for problem in ask("heartbeats", tale).problems] == ["heartbeats"]


def test_a_connection_that_has_met_a_fault_is_not_judged_from_there(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", server=SERVER).connects(0.0).streams(1.0, 1, 1).fault(2.0, 3.0).over(60.0, "deadline")
    assert ask("heartbeats", tale).problems == ()


def test_a_connection_after_the_fault_is_judged_again(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", server=SERVER).connects(0.0).streams(1.0, 1, 1).fault(2.0, 3.0)
    tale.connects(4.0, "1").over(60.0, "deadline")
    assert len(ask("heartbeats", tale).problems) == 1


def test_of_several_clients_only_what_is_known_is_judged(ask: Ask, tell: Tell) -> None:
    tale = tell(server=SERVER, clients=Clients(count=2)).connects(0.0).beats(1.0)
    tale.connects(0.0, client="c2").beats(1.0, client="c2").over(60.0, "deadline")
    assert ask("heartbeats", tale).problems == ()
    assert len(ask("heartbeats", tale.drops(50.0)).problems) == 1


FOREIGN = Clients(policy=ClientPolicy(silence_threshold=2.0, adopt_server_threshold=False))


def test_a_server_of_others_is_silent_for_too_long_when_a_client_takes_it_for_dead(ask: Ask, tap: Tap) -> None:
    tale = tap(clients=FOREIGN).connects(0.0).writes(1.0, 1).writes(4.5, 2).completes(5.0)
    (problem,) = ask("heartbeats", tale).problems
    assert problem.name == "no_heartbeat"
    expected = "nothing sent for 3.5 s from 1 s on, not even a comment; after 2 s its clients take it for dead"
    assert problem.message == f"connection 1: {expected}"


def test_comments_are_signs_of_life_on_the_wire(ask: Ask, tap: Tap) -> None:
    tale = tap(clients=FOREIGN).connects(0.0).writes(1.0, 1).comments(2.5, 3.5).writes(4.5, 2).completes(5.0)
    assert ask("heartbeats", tale).problems == ()


def test_a_server_of_others_owes_nothing_once_its_stream_is_complete(ask: Ask, tap: Tap) -> None:
    tale = tap(clients=FOREIGN).connects(0.0).writes(1.0, 1).writes_one(1.5, None, None, "[DONE]")
    assert ask("heartbeats", tale.over(9.0, "deadline")).problems == ()
