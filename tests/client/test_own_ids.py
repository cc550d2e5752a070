"""Ids that events only have from the one before them."""

from __future__ import annotations

from ssechaos.client.own_ids import OwnIds
from ssechaos.sse import Event

SEVEN = Event("seven", "chunk", "7")


def owned(*events: Event) -> list[str | None]:
    ids = OwnIds()
    return [ids.of(event).id for event in events]


def test_ids_that_differ_are_their_events_own() -> None:
    assert owned(SEVEN, Event("eight", "chunk", "8")) == ["7", "8"]


def test_a_heartbeat_after_event_7_is_not_event_7() -> None:
    beat = Event("", "heartbeat", "7")
    assert owned(SEVEN, beat, beat) == ["7", None, None]


def test_the_very_same_event_again_came_twice() -> None:
    assert owned(SEVEN, SEVEN, Event("", "heartbeat", "7"), SEVEN) == ["7", "7", None, "7"]


def test_an_event_without_id_stays_so() -> None:
    assert owned(Event("", "heartbeat", None), SEVEN, Event("", "heartbeat", None)) == [None, "7", None]
