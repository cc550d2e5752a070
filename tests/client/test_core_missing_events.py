"""What the core does about events that do not come, each as a script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.client.core import Phase
from ssechaos.client.decisions import Connect, Fail, Finish, Hangup, Notify, Show
from ssechaos.model import ClientPolicy
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., Any]

COMPLETE = Event('{"reason": "finished"}', "complete")


def complete(events: int) -> Event:
    return Event(json.dumps({"reason": "finished", "events": events}), "complete")


def gap(first: int | None, last: int | None) -> Event:
    return Event(json.dumps({"from": first, "to": last, "reason": "evicted"}), "gap")


# --- missing events -------------------------------------------------------------------------------------------


def test_a_missing_event_that_comes_by_itself_in_time_needs_no_replay(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3)
    p.pass_(0.2)
    p.events(2)
    p.pass_(1.0)
    assert p.ids == ["1", "2", "3"]
    assert p.notices == []


def test_a_missing_event_is_asked_for_at_once_when_patience_is_over(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3, 4)
    assert p.to_deadline() == [
        Hangup(),
        Show("reconnecting"),
        Notify("Event 2 is missing: asking for a replay. Try 1 of 20 now.", 1, 0.0),
    ]
    assert p.now == 0.25
    assert p.to_deadline() == [Connect(0, "1")]
    assert p.now == 0.25
    p.head()
    p.events(2, 3, 4, COMPLETE)
    assert p.ids == ["1", "2", "3", "4", None]


def test_patience_ends_even_while_other_events_keep_coming(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3)
    p.now += 1.0
    p.events(4)
    assert p.core.phase is Phase.PAUSED


def test_what_waits_fills_the_gap_even_if_the_replay_breaks_right_after_it(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3, 4)
    p.to_deadline()
    p.open()
    p.events(2)
    p.break_()
    assert p.reconnect() == Connect(0, "4")


def test_a_replay_that_does_not_bring_the_event_counts_as_a_failed_try(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=4, jitter=0.0))
    p.open()
    p.events(1)
    for _ in p.until_over():
        p.events(3)
        p.to_deadline()
        if p.outcome is None:
            p.open()
    assert [notice.retry_in for notice in p.notices] == [0.0, 1.0, 2.0, 4.0]
    assert p.notices[1].message == "Event 2 is still missing: asking for a replay. Try 2 of 4 in 1.0 s."
    assert p.outcome == Fail(
        "Event 2 is still missing: asking for a replay. Gave up: tries that failed in a row: 4."
    )
    assert p.ids == ["1"]


def test_each_missing_event_has_one_replay_at_once(play: Play) -> None:
    p = play()
    p.open()
    for number in range(1, 20, 2):
        p.events(number, number + 2)
        p.to_deadline()
        p.open()
        p.events(number + 1)
    assert {notice.retry_in for notice in p.notices} == {0.0}
    assert p.now == pytest.approx(10 * 0.25)


def test_a_full_reorder_buffer_asks_for_the_replay_without_patience(play: Play) -> None:
    p = play(ClientPolicy(reorder_buffer=2))
    p.open()
    p.events(1, 3, 4, 5)
    assert p.core.phase is Phase.PAUSED
    assert p.reconnect() == Connect(0, "1")
    assert p.now == 0.0


def test_a_complete_event_with_events_missing_does_not_finish_but_repairs_first(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3, COMPLETE)
    assert (p.outcome, p.reconnect()) == (None, Connect(0, "1"))
    p.head()
    p.events(2, 3, COMPLETE)
    assert p.ids == ["1", "2", "3", None]
    assert p.outcome == Finish()


def test_events_that_wait_since_an_earlier_connection_are_missed_at_the_end_too(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(1, 3)
    p.break_()
    p.open(contract=False)
    p.events(COMPLETE)
    assert (p.outcome, p.reconnect()) == (None, Connect(1, "1"))


def test_the_loss_of_the_last_event_shows_in_the_complete_event_of_the_contract(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2, complete(events=3))
    assert (p.outcome, p.reconnect()) == (None, Connect(0, "2"))
    p.open()
    p.events(3, complete(events=3))
    assert p.outcome == Finish()
    assert p.ids == ["1", "2", "3", None]


def test_elsewhere_the_complete_event_may_count_what_it_likes(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(1, 2, complete(events=3))
    assert p.outcome == Finish()


def test_a_break_with_events_waiting_is_an_ordinary_one(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 3)
    p.break_()
    assert p.notices[-1].retry_in == 1.0
    assert p.reconnect() == Connect(0, "1")


# --- where a stream begins ------------------------------------------------------------------------------------


def test_the_loss_of_the_first_event_is_repaired_from_the_start(play: Play) -> None:
    p = play()
    p.open()
    p.events(2, 3)
    p.to_deadline()
    assert p.reconnect() == Connect(1, "0")
    p.head()
    p.events(1, 2, 3)
    assert p.ids == ["1", "2", "3"]


def test_a_foreign_stream_that_begins_elsewhere_twice_begins_there(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(57)
    p.to_deadline()
    p.open(contract=False)
    p.events(57)
    p.to_deadline()
    p.events(58, COMPLETE)
    assert p.ids == ["57", "58", None]
    assert p.notices[-1] == Notify("The stream begins at event 57: the server offers none before it.")
    assert len(p.connects) == 2


def test_a_live_feed_that_has_moved_on_begins_at_the_first_event_seen(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(57)
    p.to_deadline()
    p.open(contract=False)
    p.events(58, 59)
    p.to_deadline()
    assert p.ids == ["57", "58", "59"]


def test_a_short_foreign_stream_may_begin_elsewhere_and_be_complete(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(57, COMPLETE)
    p.open(contract=False)
    p.events(57, COMPLETE)
    assert p.ids == ["57", None]
    assert p.outcome == Finish()


def test_an_accepted_start_may_release_the_end_of_the_stream(play: Play) -> None:
    p = play()
    for _ in range(2):
        p.open(contract=False)
        p.events(57, Event("{}", "complete", "58"))
        p.to_deadline()
    assert p.ids == ["57", "58"]
    assert p.outcome == Finish()


def test_a_start_that_comes_nearer_is_asked_for_again(play: Play) -> None:
    p = play()
    p.open(contract=False)
    p.events(3)
    p.to_deadline()
    p.open(contract=False)
    p.events(2, 3)
    p.to_deadline()
    assert p.reconnect() == Connect(2, "0")
    p.head()
    p.events(1)
    assert p.ids == ["1", "2", "3"]


def test_in_the_contract_a_stream_never_begins_elsewhere_untold(play: Play) -> None:
    p = play(ClientPolicy(max_attempts=5))
    for _ in p.until_over():
        p.open()
        p.events(2)
        p.to_deadline()
    assert p.ids == []
    assert isinstance(p.outcome, Fail)


def test_a_first_event_lost_twice_in_the_contract_is_still_got(play: Play) -> None:
    p = play()
    for _ in range(2):
        p.open()
        p.events(2)
        p.to_deadline()
    p.open()
    p.events(1, 2)
    assert p.ids == ["1", "2"]


# --- gaps that the server tells of ----------------------------------------------------------------------------


def test_a_gap_event_is_delivered_told_and_not_repaired(play: Play) -> None:
    p = play()
    p.open()
    p.events(1)
    p.break_()
    p.open()
    p.events(gap(2, 5), 6, COMPLETE)
    assert p.delivered[1] == gap(2, 5)
    assert p.ids == ["1", None, "6", None]
    assert p.notices[-1] == Notify("The server can't replay the events 2 to 5 any more (evicted): they are lost.")
    assert p.outcome == Finish()


def test_after_a_gap_event_the_stream_goes_on_behind_the_gap(play: Play) -> None:
    p = play()
    p.open()
    p.events(gap(1, 5))
    p.break_()
    assert p.reconnect() == Connect(1, "5")


def test_the_id_of_a_gap_event_is_not_one_of_the_sequence(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, Event(gap(2, 5).data, "gap", "5"), 6)
    assert p.ids == ["1", None, "6"]


def test_a_gap_event_that_can_not_be_read_is_told_and_changes_nothing(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, Event("gone", "gap"), 6)
    assert p.notices == [Notify("The server can't replay all, but does not say what: gone")]
    p.to_deadline()
    assert p.reconnect() == Connect(0, "1")


def test_a_server_that_lost_its_place_sends_again_and_nothing_comes_twice(play: Play) -> None:
    p = play()
    p.open()
    p.events(1, 2, 3)
    p.break_()
    p.open()
    p.events(gap(1, 0), 1, 2, 3, 4, COMPLETE)
    assert [name for name in p.ids if name] == ["1", "2", "3", "4"]
    assert "sends the stream again" in p.notices[-1].message
