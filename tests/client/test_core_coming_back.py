"""How the core comes back after a break: what it asks for, when, and how often, each as a script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.client.decisions import Connect, Fail, Hangup, Notify, Show
from ssechaos.model import GATEWAY_POLICY, ClientPolicy
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., Any]

COMPLETE = Event('{"reason": "finished"}', "complete")
BEAT = Event("{}", "heartbeat")


# --- coming back ----------------------------------------------------------------------------------------------


def test_a_break_is_shown_told_and_followed_by_a_try_with_the_last_delivered_id(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2)
    assert p.break_() == [
        Hangup(),
        Show("reconnecting"),
        Notify("Connection lost: connection reset. Try 1 of 20 in 1.0 s.", 1, 1.0),
    ]
    assert p.to_deadline() == [Connect(0, "2")]
    assert p.now == 1.0
    assert p.head() == [Show("open")]


def test_waits_grow_and_the_number_of_the_try_is_told(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    p.break_()
    for _ in range(4):
        p.reconnect()
        p.break_("refused")
    assert [(notice.attempt, notice.retry_in) for notice in p.notices] == [(1, 1), (2, 2), (3, 4), (4, 5), (5, 5)]
    assert p.notices[1].message == "No connection: refused. Try 2 of 20 in 2.0 s."
    assert [connect.attempt for _, connect in p.connects] == [0, 0, 1, 2, 3]


def test_a_first_try_that_fails_counts_as_one(play: Play) -> None:
    p = play()
    p.start()
    p.break_("refused")
    assert p.notices == [Notify("No connection: refused. Try 2 of 20 in 1.0 s.", 2, 1.0)]
    assert p.reconnect() == Connect(1, None)


def test_tries_are_bounded_and_their_end_is_a_visible_error(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=4))
    p.start()
    for _ in range(4):
        p.reconnect()
        p.break_("refused")
    assert len(p.connects) == 4
    assert p.outcome == Fail("No connection: refused. Gave up: tries that failed in a row: 4.")
    assert p.states[-1] == "closed"


def test_the_gateway_preset_gives_up_after_three_tries_two_seconds_apart(play: Play) -> None:
    p = play(GATEWAY_POLICY)
    p.open()
    p.events(1)
    p.break_()
    for _ in p.until_over():
        p.reconnect()
        p.break_("refused")
    assert len(p.connects) == 1 + 3
    assert all(1.8 <= notice.retry_in <= 2.2 for notice in p.notices)


def test_something_new_begins_the_count_again(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=3, jitter=0.0))
    for number in range(1, 20):
        p.open()
        p.events(number)
        p.break_()
    assert p.outcome is None
    assert {notice.attempt for notice in p.notices} == {1}


@pytest.mark.parametrize(
    "events",
    [
        (),
        (BEAT,),
        (Event("", "ping"),),
        (Event("busy", "error"),),
        (Event('{"from": 1, "to": 0}', "gap"),),
        (1,),
        (Event("x"),),
        (Event("x", id=""),),
    ],
    ids=["nothing", "heartbeat", "ping", "error", "gap", "repeat", "no id", "empty id"],
)
def test_a_connection_that_opens_and_brings_nothing_new_counts_as_failed(
    play: Play, events: tuple[Event | int, ...]
) -> None:
    p = play(ClientPolicy(max_attempts=5, jitter=0.0))
    p.open()
    p.events(1)
    p.break_()
    for _ in p.until_over():
        p.open()
        p.events(*events)
        p.break_()
    assert len(p.connects) == 1 + 5
    assert [notice.retry_in for notice in p.notices if notice.attempt] == [1, 2, 4, 5, 5]


def test_a_stream_that_has_no_ids_at_all_goes_on_with_any_event_of_its_own(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=3, jitter=0.0))
    for _ in range(10):
        p.open(contract=False)
        p.events(Event("token"), Event("", "ping"))
        p.break_()
    assert p.outcome is None


def test_a_second_break_in_a_replay_goes_on_from_what_was_delivered(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2, 3)
    p.break_()
    p.open()
    p.events(4, 5)
    p.break_()
    p.open()
    assert [connect.last_event_id for _, connect in p.connects] == [None, "3", "5"]


def test_a_try_that_dies_before_its_first_id_keeps_the_id_it_had(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2)
    p.break_()
    for _ in range(3):
        p.open()
        p.events(BEAT)
        p.break_()
    assert p.reconnect() == Connect(3, "2")


def test_a_break_before_the_very_first_id_sends_no_last_event_id(play: Play) -> None:
    p = play()
    p.open()
    p.break_()
    assert p.reconnect() == Connect(1, None)


def test_a_replay_of_everything_is_dropped_silently(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2, 3)
    p.break_()
    p.open()
    p.events(1, 2, 3, 4, COMPLETE)
    assert p.ids == ["1", "2", "3", "4", None]
    assert p.core.delivery.duplicates == 3
    assert len(p.notices) == 1


def test_a_stream_can_go_on_after_an_id_from_elsewhere(play: Play) -> None:
    p = play(last_event_id="7")
    assert p.start() == [Show("connecting"), Connect(0, "7")]
    p.head()
    p.events(8, COMPLETE)
    assert p.ids == ["8", None]


# --- waits ----------------------------------------------------------------------------------------------------


def test_the_servers_reconnection_time_is_honoured_from_the_next_wait_on(play: Play) -> None:
    p = play()
    p.open()
    p.bytes(b"retry: 3000\n\n")
    p.events(1)
    p.break_()
    p.reconnect()
    p.break_()
    p.reconnect()
    p.break_()
    assert [notice.retry_in for notice in p.notices] == [3.0, 3.0, 4.0]


def test_a_later_retry_of_zero_leaves_the_policys_own_waits(play: Play) -> None:
    p = play()
    p.open()
    p.bytes(b"retry: 3000\n\nretry: 0\n\n")
    p.break_()
    assert p.notices[-1].retry_in == 1.0


def test_retry_after_delays_one_try(play: Play) -> None:
    p = play()
    p.start()
    p.head(503, retry_after="60")
    assert p.notices[-1] == Notify(
        "No stream: the server answered 503 Service Unavailable. Try 2 of 20 in 60.0 s.", 2, 60.0, asked=60.0
    )
    p.reconnect()
    p.head(503)
    assert p.notices[-1].retry_in == 2.0


def test_a_retry_after_that_nobody_would_wait_for_is_a_visible_error(play: Play) -> None:
    p = play()
    p.start()
    p.head(429, retry_after="3600")
    assert p.outcome == Fail(
        "Gave up: the server answered 429 Too Many Requests and asks to come back in 3600 s, "
        "which is longer than the 120 s that this client waits."
    )
