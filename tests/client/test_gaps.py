from __future__ import annotations

from ssechaos.client.delivery import Delivery
from ssechaos.client.gaps import GapWatch
from ssechaos.sse import Event


def watched(*numbers: int, limit: int = 10) -> tuple[Delivery, GapWatch]:
    delivery = Delivery(limit)
    gaps = GapWatch(delivery, patience=0.5)
    gaps.begin_connection(counts_from_one=False)
    for number in numbers:
        delivery.take(Event("", id=str(number)))
    return delivery, gaps


def test_without_a_gap_there_is_nothing_to_wait_for() -> None:
    _, gaps = watched(1, 2)
    assert gaps.deadline(7.0) is None


def test_patience_begins_when_a_gap_is_first_seen() -> None:
    _, gaps = watched(1, 3)
    assert gaps.deadline(7.0) == 7.5
    assert gaps.deadline(7.4) == 7.5


def test_the_next_gap_has_a_patience_of_its_own() -> None:
    delivery, gaps = watched(1, 3, 5)
    gaps.deadline(7.0)
    delivery.take(Event("", id="2"))
    assert gaps.deadline(7.4) == 7.9


def test_a_new_connection_has_the_whole_patience_again() -> None:
    delivery, gaps = watched(1, 3)
    gaps.deadline(7.0)
    delivery.begin_connection()
    gaps.begin_connection(counts_from_one=False)
    delivery.take(Event("", id="3"))
    assert gaps.deadline(9.0) == 9.5


def test_a_full_buffer_ends_the_patience() -> None:
    _, gaps = watched(1, 3, 4, limit=1)
    assert gaps.deadline(7.0) == 7.0


def test_asking_for_the_same_event_again_is_known() -> None:
    delivery, gaps = watched(1, 3)
    assert not gaps.ask()
    assert gaps.ask()
    delivery.take(Event("", id="2"))
    delivery.take(Event("", id="5"))
    assert not gaps.ask()


def test_a_start_is_believed_when_it_is_offered_again() -> None:
    delivery, gaps = watched(57)
    assert gaps.resume_after is None
    assert gaps.start is None
    gaps.ask()
    assert gaps.resume_after == "0"
    assert gaps.start == 57
    delivery.accept_start()
    assert gaps.resume_after == "57"
    assert gaps.start is None


def test_in_the_contract_no_start_but_1_is_believed() -> None:
    _, gaps = watched(57)
    gaps.begin_connection(counts_from_one=True)
    gaps.ask()
    assert gaps.start is None
