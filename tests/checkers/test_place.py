"""Which Last-Event-ID is right for what was delivered?"""

from __future__ import annotations

import pytest

from ssechaos.checkers.place import Place
from ssechaos.model.entries import Delivered


def delivered(event_id: str | None, event: str = "message", gap: tuple[int, int] | None = None) -> Delivered:
    return Delivered(at=0.0, client="c", id=event_id, event=event, sequence=None, digest="", size=0, gap=gap)


def place(*entries: Delivered) -> Place:
    found = Place()
    for entry in entries:
        found = found.after(entry)
    return found


@pytest.mark.parametrize("asked", [None, "", "0"])
def test_before_the_first_event_one_asks_for_everything(asked: str | None) -> None:
    assert place().objects_to(asked) is None


def test_the_last_id_is_right() -> None:
    assert place(delivered("6"), delivered("7")).objects_to("7") is None


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("5", "with a stale Last-Event-ID 5, while 7 was delivered last"),
        ("9", "with a premature Last-Event-ID 9, while 7 was delivered last"),
        (None, "without Last-Event-ID, while 7 was delivered last"),
        ("x", "with another Last-Event-ID x, while 7 was delivered last"),
    ],
)
def test_every_other_id_is_wrong_in_its_own_way(asked: str | None, wrong: str) -> None:
    assert place(delivered("7")).objects_to(asked) == wrong


def test_events_without_id_do_not_move_the_place() -> None:
    assert place(delivered("7"), delivered(None, "heartbeat")).objects_to("7") is None


def test_an_empty_id_takes_the_id_back() -> None:
    assert place(delivered("7"), delivered("")).objects_to(None) is None


def test_ids_need_not_be_numbers() -> None:
    assert place(delivered("a"), delivered("b")).objects_to("b") is None
    assert place(delivered("b")).objects_to("a") == "with another Last-Event-ID a, while b was delivered last"


def test_one_may_go_on_behind_a_gap_that_was_told() -> None:
    behind = place(delivered("2"), delivered(None, "gap", (3, 5)))
    assert behind.objects_to("5") is None
    assert behind.objects_to("2") is None
    assert behind.objects_to("6") is not None


def test_a_gap_further_on_waits_for_the_events_before_it() -> None:
    waiting = place(delivered("2"), delivered(None, "gap", (5, 8)))
    assert waiting.objects_to("8") is not None
    assert waiting.after(delivered("4")).objects_to("8") is None


def test_after_a_gap_without_bounds_nobody_knows_until_the_next_event() -> None:
    unclear = place(delivered("2"), delivered(None, "gap"))
    assert unclear.objects_to("99") is None
    assert unclear.after(delivered("7")).objects_to("99") is not None
