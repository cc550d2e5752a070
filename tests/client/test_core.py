"""The reconnect rules, each as a script: what happens, and what the core decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.client.core import Phase
from ssechaos.client.decisions import Connect, Deliver, Fail, Finish, Hangup, Notify, Show
from ssechaos.model import ClientPolicy
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., Any]

COMPLETE = Event('{"reason": "finished"}', "complete")
BEAT = Event("{}", "heartbeat")


# --- the course of a stream -----------------------------------------------------------------------------------


def test_a_stream_without_trouble_goes_from_connecting_over_open_to_closed(play: Play) -> None:
    p = play()
    assert p.start() == [Show("connecting"), Connect(0, None)]
    assert p.head() == [Show("open")]
    assert p.events(1, 2) == [Deliver(p.delivered[0]), Deliver(p.delivered[1])]
    assert p.events(COMPLETE) == [Deliver(COMPLETE), Hangup(), Show("closed"), Finish()]
    assert p.notices == []


@pytest.mark.parametrize("last", [COMPLETE, Event("[DONE]"), Event("{}", "message_stop")])
def test_a_terminal_event_of_any_known_kind_completes(play: Play, last: Event) -> None:
    p = play()
    p.open()
    p.events(1, last)
    assert p.outcome == Finish()
    assert p.delivered[-1] == last


def test_a_terminal_event_with_an_id_is_the_last_of_the_sequence(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, Event("{}", "complete", "3"))
    assert p.outcome is None
    p.events(2)
    assert p.outcome == Finish()
    assert p.ids == ["1", "2", "3"]


def test_nothing_after_the_terminal_event_is_delivered(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, COMPLETE, 2, 3)
    assert p.ids == ["1", None]


def test_a_clean_end_without_a_terminal_event_is_a_break(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    p.break_(None)
    assert p.states[-1] == "reconnecting"
    assert p.notices == [
        Notify(
            "Connection lost: the server ended it before the stream was complete. Try 1 of 20 in 1.0 s.", 1, 1.0
        )
    ]


def test_an_error_event_is_delivered_and_shown_and_ends_nothing(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, Event("out of\ntokens", "error"), 2)
    assert [event.data for event in p.delivered] == ["chunk 1", "out of\ntokens", "chunk 2"]
    assert p.notices == [Notify("The server reports an error: out of tokens")]
    assert p.core.phase is Phase.OPEN


def test_events_in_pieces_of_one_byte_are_delivered_whole(play: Play) -> None:
    p = play()
    p.open()
    for byte in b"id: 1\r\ndata: \xe2\x82\xac\r\n\r\n":
        p.bytes(bytes([byte]))
    assert p.delivered == [Event("€", id="1")]


def test_half_an_event_is_forgotten_at_a_break(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    p.bytes(b"id: 2\ndata: half")
    p.break_()
    p.open()
    assert p.connects[-1][1].last_event_id == "1"
    p.events(2, COMPLETE)
    assert [event.data for event in p.delivered[:2]] == ["chunk 1", "chunk 2"]


# --- answers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [204, 301, 400, 401, 403, 404, 410])
def test_a_final_status_stops_with_a_visible_error(play: Play, status: int) -> None:
    p = play()
    p.open()
    p.events(1)
    p.break_()
    p.reconnect()
    decisions = p.head(status)
    assert decisions[:2] == [Hangup(), Show("closed")]
    assert str(status) in decisions[2].message


def test_another_media_type_stops_with_a_visible_error(play: Play) -> None:
    p = play()
    p.start()
    p.head(200, content_type="text/html")
    assert "text/html" in p.outcome.message


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_passing_status_is_tried_again_and_counts_as_failed(play: Play, status: int) -> None:
    p = play(ClientPolicy(max_attempts=3))
    p.start()
    for _ in p.until_over():
        p.reconnect()
        p.head(status)
    assert len(p.connects) == 3
    assert str(status) in p.outcome.message


def test_a_url_that_can_not_work_is_a_visible_error_at_once(play: Play) -> None:
    p = play()
    p.start()
    p.refuse("this URL can't be used")
    assert p.outcome == Fail("Gave up: this URL can't be used.")


def test_an_attempt_without_an_answer_ends_at_the_connect_timeout(play: Play) -> None:
    p = play()
    p.start()
    assert p.pass_(4.9) == []
    decisions = p.to_deadline()
    assert p.now == 5.0
    assert decisions[0] == Hangup()
    assert decisions[-1].message == "No connection: no answer within 5 s. Try 2 of 20 in 1.0 s."


def test_an_event_over_the_bound_is_a_trouble_that_is_told(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    p.bytes(b"data: " + b"x" * (1 << 21))
    assert p.notices[-1].message.startswith("Connection given up: the event stream has a line of more than")
    assert p.core.phase is Phase.PAUSED


# --- silence --------------------------------------------------------------------------------------------------


def test_silence_is_a_stall_waiting_is_shown_and_the_connection_is_given_up(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    assert p.pass_(29.99) == []
    assert p.to_deadline() == [
        Hangup(),
        Show("waiting"),
        Notify("Waiting… nothing has come for 30.0 s. Try 1 of 20 in 1.0 s.", 1, 1.0),
    ]
    assert p.now == 30.0
    assert p.to_deadline() == [Show("reconnecting"), Connect(0, "1")]
    assert p.now == 31.0


@pytest.mark.parametrize(
    "life",
    [b": comment\n", b"event: heartbeat\ndata: {}\n\n", b"d", b"\n"],
    ids=["comment", "heartbeat", "byte", "line"],
)
def test_any_bytes_are_life(play: Play, life: bytes) -> None:
    p = play()
    p.open()
    for _ in range(10):
        p.pass_(29.0)
        p.bytes(life)
    assert p.states == ["connecting", "open"]
    p.pass_(30.0)
    assert p.states[-1] == "waiting"


def test_silence_right_after_the_head_is_a_stall_too(play: Play) -> None:
    p = play()
    p.open()
    p.to_deadline()
    assert (p.now, p.states[-1]) == (30.0, "waiting")


@pytest.mark.parametrize(("adopts", "detected"), [(True, 12.0), (False, 30.0)])
def test_the_servers_threshold_is_adopted_if_the_policy_says_so(play: Play, adopts: bool, detected: float) -> None:  # noqa: FBT001 - a parameter of the table
    p = play(ClientPolicy(adopt_server_threshold=adopts))
    p.start()
    p.head(x_silence_threshold="12")
    p.to_deadline()
    assert (p.now, p.states[-1]) == (detected, "waiting")


def test_a_server_that_is_silent_for_ever_is_given_up(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=3))
    for _ in p.until_over():
        p.open()
        p.to_deadline()
    assert p.outcome.message == "Waiting… nothing has come for 30.0 s. Gave up: tries that failed in a row: 3."


# --- the clock ------------------------------------------------------------------------------------------------


def test_a_tick_before_the_deadline_or_after_the_end_does_nothing(play: Play) -> None:
    p = play()
    p.open()
    assert p.pass_(1.0) == []
    p.events(COMPLETE)
    assert p.core.deadline is None
    assert p.core.tick(1e9) == []
