"""Does any client fail silently?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers.silence import threshold
from ssechaos.model import GATEWAY_POLICY, ClientPolicy, Clients, ServerSettings
from ssechaos.model.entries import Closed, Misbehaved, Opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]

SERVER = ServerSettings(silence_threshold=5.0)


def test_a_stream_that_goes_on_or_says_that_it_does_not_is_no_silent_failure(
    ask: Ask, tell: Tell, smooth: History, outlived: History
) -> None:
    assert ask("silence", smooth).measurements == {"silent_failures": 0}
    assert ask("silence", outlived).problems == ()
    tale = tell(server=SERVER).connects(0.0).delivers(1.0, 1).shows(6.5, "waiting").over(60.0, "deadline")
    assert ask("silence", tale).problems == ()


def test_open_while_nothing_comes_is_accused_with_time_and_fault(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", server=SERVER).connects(0.0).delivers(1.0, 1).fault(2.0, 50.0).over(60.0, "deadline")
    found = ask("silence", tale)
    assert found.measurements == {"silent_failures": 1}
    assert found.problems[0].name == "silent_failure"
    assert found.problems[0].message == "showed open for 59 s while nothing came, from 1 s on, during dark"
    assert found.problems[0].at == 7.0


def test_each_silence_counts(ask: Ask, tell: Tell) -> None:
    tale = tell(server=SERVER).connects(0.0).delivers(1.0, 1).delivers(11.0, 2).delivers(21.0, 3).done(22.0)
    assert ask("silence", tale).measurements == {"silent_failures": 2}


def test_heartbeats_are_progress(ask: Ask, tell: Tell) -> None:
    tale = tell(server=SERVER).connects(0.0)
    for number in range(10):
        tale.beats(number * 4.0)
    assert ask("silence", tale.done(38.0)).problems == ()


def test_silence_in_another_state_than_open_is_no_secret(ask: Ask, tell: Tell) -> None:
    tale = tell(server=SERVER).connects(0.0).delivers(1.0, 1).breaks(2.0).connects(60.0, "1").done(61.0)
    assert ask("silence", tale).problems == ()


def test_an_end_without_a_word_is_a_silent_failure(ask: Ask, tell: Tell) -> None:
    found = ask("silence", tell().connects(0.0).delivers(1.0, 1))
    assert found.measurements == {"silent_failures": 1}
    assert "ended at 1 s, neither complete nor with an error shown" in found.problems[0].message
    assert ask("silence", tell().connects(0.0).shows(1.0, "closed").over(2.0, "deadline")).problems != ()


def test_a_run_that_was_stopped_while_the_client_still_read_is_not_the_clients_silence(
    ask: Ask, tell: Tell
) -> None:
    assert ask("silence", tell().connects(0.0).delivers(1.0, 1).over(2.0, "deadline")).problems == ()


def test_a_client_that_shows_no_state_at_all_is_accused(ask: Ask, tell: Tell) -> None:
    found = ask("silence", tell().delivers(1.0, 1).over(2.0, "deadline"))
    assert [problem.name for problem in found.problems] == ["no_state"]
    crashed = tell().add(Misbehaved(at=0.0, client="c1", message="crashed")).over(2.0, "deadline")
    assert ask("silence", crashed).problems == ()


@pytest.mark.parametrize(
    ("policy", "target", "expected"),
    [
        (ClientPolicy(), "reference", 5.0),
        (ClientPolicy(), "http://127.0.0.1/", 30.0),
        (ClientPolicy(silence_threshold=2.0), "http://127.0.0.1/", 5.0),
        (GATEWAY_POLICY, "reference", 15.0),
    ],
)
def test_the_threshold_is_the_servers_only_when_the_client_adopts_it(
    tell: Tell, policy: ClientPolicy, target: str, expected: float
) -> None:
    tale = tell(server=SERVER, clients=Clients(policy=policy), conditions={"target": target})
    assert threshold(tale.history()) == expected


FUNCTION = {"client": "clients:read"}


def reads_again(tale: Any, how: str, again_at: float) -> Any:
    """A function, cut off after event 1, connects again a while later, and gets event 2."""
    tale.shows(0.0, "connecting").add(Opened(at=0.1, connection=1)).shows(1.0, "open").delivers(1.0, 1)
    tale.add(Closed(at=1.5, connection=1, how=how)).add(Opened(at=again_at, connection=2))
    return tale.delivers(12.0, 2).done(13.0)


@pytest.mark.parametrize("how", ["RST", "FIN"])
def test_a_function_can_t_show_that_it_waits_to_try_again(ask: Ask, tell: Tell, how: str) -> None:
    tale = reads_again(tell(server=SERVER, conditions=FUNCTION), how, again_at=11.5)
    assert ask("silence", tale).problems == ()
    assert ask("silence", reads_again(tell(server=SERVER), how, again_at=11.5)).problems != ()


@pytest.mark.parametrize(("how", "again_at"), [("dead", 11.5), ("RST", 4.0)])
def test_a_function_that_waits_on_a_connection_on_which_nothing_comes_fails_silently(
    ask: Ask, tell: Tell, how: str, again_at: float
) -> None:
    tale = reads_again(tell(server=SERVER, conditions=FUNCTION), how, again_at)
    assert [problem.name for problem in ask("silence", tale).problems] == ["silent_failure"]


def test_of_several_functions_nobody_knows_which_one_lost_its_connection(ask: Ask, tell: Tell) -> None:
    two = tell(server=SERVER, conditions=FUNCTION, clients=Clients(count=2))
    assert ask("silence", reads_again(two, "RST", again_at=11.5)).problems != ()
