from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.client.delivery import Delivery
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Iterable


def named(*ids: str | int) -> list[Event]:
    return [Event(f"data of {name}", id=str(name)) for name in ids]


def taken(delivery: Delivery, *ids: str | int) -> list[str | None]:
    return [ready.id for event in named(*ids) for ready in delivery.take(event)]


def test_events_in_order_are_delivered_at_once() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 1, 2, 3) == ["1", "2", "3"]
    assert delivery.last_event_id == "3"
    assert delivery.missing is None


def test_repeats_are_dropped_and_counted() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 1, 2, 1, 2, 2, 3) == ["1", "2", "3"]
    assert delivery.duplicates == 3


def test_an_early_event_waits_for_the_missing_one() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 1, 3, 4) == ["1"]
    assert delivery.missing == 2
    assert delivery.last_event_id == "1"
    assert taken(delivery, 2) == ["2", "3", "4"]
    assert delivery.missing is None


def test_a_repeat_of_a_waiting_event_is_dropped() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 1, 3, 3, 2) == ["1", "2", "3"]
    assert delivery.duplicates == 1


def test_a_second_missing_event_shows_when_the_first_has_come() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 3, 5, 2)
    assert delivery.missing == 4


def test_what_waits_survives_a_break_and_fills_the_replay() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 3, 4)
    delivery.begin_connection()
    assert delivery.missing is None
    assert delivery.holds
    assert taken(delivery, 2, 3, 4, 5) == ["2", "3", "4", "5"]


def test_after_a_break_a_gap_shows_only_when_the_new_connection_skips_it_too() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 3)
    delivery.begin_connection()
    assert delivery.missing is None
    taken(delivery, 3)
    assert delivery.missing == 2


def test_the_buffer_is_bounded_and_what_does_not_fit_is_left_to_the_replay() -> None:
    delivery = Delivery(2)
    taken(delivery, 1, 3, 4)
    assert not delivery.overflowed
    taken(delivery, 5)
    assert delivery.overflowed
    delivery.begin_connection()
    assert not delivery.overflowed
    assert taken(delivery, 2, 6) == ["2", "3", "4"]
    assert delivery.missing == 5


def test_the_missing_event_itself_always_fits() -> None:
    delivery = Delivery(1)
    assert taken(delivery, 2, 1) == ["1", "2"]
    assert taken(Delivery(0), 1, 2) == ["1", "2"]


def test_events_without_id_are_delivered_at_once_and_never_dropped() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 3)
    beat = Event("beat", "heartbeat")
    assert delivery.take(beat) == [beat]
    assert delivery.take(beat) == [beat]
    assert delivery.last_event_id == "1"


def test_an_empty_id_clears_what_is_sent_but_not_what_was_delivered() -> None:
    delivery = Delivery(10)
    taken(delivery, 1)
    assert taken(delivery, "") == [""]
    assert delivery.last_event_id is None
    assert taken(delivery, 1, 2) == ["2"]


def test_a_stream_that_counts_from_zero_is_taken_as_it_is() -> None:
    assert taken(Delivery(10), 0, 1, 2) == ["0", "1", "2"]


def test_a_first_event_that_is_not_number_1_waits() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 57, 58) == []
    assert (delivery.missing, delivery.start) == (1, 57)
    assert [event.id for event in delivery.accept_start()] == ["57", "58"]
    assert taken(delivery, 59) == ["59"]
    assert delivery.start is None


def test_a_resumed_stream_goes_on_after_its_id() -> None:
    delivery = Delivery(10, "5")
    assert delivery.last_event_id == "5"
    assert taken(delivery, 5, 6) == ["6"]


def test_ids_that_are_no_numbers_come_as_they_come() -> None:
    delivery = Delivery(10)
    assert taken(delivery, "b", "a", "007", "-1", "1.5") == ["b", "a", "007", "-1", "1.5"]
    assert delivery.last_event_id == "1.5"
    assert delivery.missing is None


def test_a_named_repeat_is_known_within_a_bounded_window() -> None:
    delivery = Delivery(2)
    assert taken(delivery, "a", "b", "a", "b", "c", "a") == ["a", "b", "c", "a"]
    assert delivery.duplicates == 2


def test_from_the_first_named_id_on_numbers_are_names_too() -> None:
    delivery = Delivery(10)
    assert taken(delivery, 1, 3, "x", 20, 7) == ["1", "3", "x", "20", "7"]
    delivery.note(50)
    assert delivery.missing is None


def test_a_number_too_long_to_count_with_is_a_name() -> None:
    assert taken(Delivery(10), "9" * 5000) == ["9" * 5000]


def test_events_that_the_server_lost_are_not_waited_for() -> None:
    delivery = Delivery(10)
    taken(delivery, 1)
    assert delivery.skip(2, 5) == []
    assert (delivery.last_event_id, delivery.missing) == ("5", None)
    assert taken(delivery, 6) == ["6"]


def test_events_that_wait_and_that_the_server_has_lost_since_are_delivered() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 3, 7)
    assert [event.id for event in delivery.skip(2, 5)] == ["3"]
    assert taken(delivery, 6) == ["6", "7"]


def test_a_gap_that_begins_later_does_not_hide_an_event_lost_on_the_way() -> None:
    delivery = Delivery(10)
    taken(delivery, 1)
    delivery.skip(3, 5)
    assert delivery.missing == 2
    assert taken(delivery, 2, 6) == ["2", "6"]


def test_a_gap_without_a_beginning_goes_up_to_its_end() -> None:
    delivery = Delivery(10)
    delivery.skip(None, 5)
    assert taken(delivery, 6) == ["6"]


def test_a_gap_without_an_end_goes_up_to_the_next_event() -> None:
    delivery = Delivery(10)
    taken(delivery, 1)
    delivery.skip(2, None)
    assert taken(delivery, 9, 10) == ["9", "10"]
    assert taken(delivery, 12) == []


def test_a_gap_without_an_end_is_forgotten_with_its_connection() -> None:
    delivery = Delivery(10)
    taken(delivery, 1)
    delivery.skip(2, None)
    delivery.begin_connection()
    assert taken(delivery, 9) == []
    assert delivery.missing == 2


def test_a_gap_that_is_already_behind_changes_nothing() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 2, 3)
    assert delivery.skip(1, 2) == []
    assert delivery.skip(1, 0) == []
    assert (delivery.last_event_id, delivery.missing) == ("3", None)


def test_gaps_that_never_end_take_no_memory() -> None:
    delivery = Delivery(3)
    for first in range(10, 10_000, 10):
        delivery.skip(first, first + 1)
    assert len(delivery._gone) == 3


def test_the_last_id_shows_that_events_are_missing_at_the_end() -> None:
    delivery = Delivery(10)
    taken(delivery, 1, 2)
    delivery.note(3)
    assert delivery.missing == 3


@given(st.permutations(range(1, 30)), st.lists(st.integers(1, 29)))
def test_any_order_with_any_repeats_is_delivered_in_order_exactly_once(
    order: list[int], repeats: list[int]
) -> None:
    assert taken(Delivery(40), *interleaved(order, repeats)) == [str(number) for number in range(1, 30)]


@given(st.lists(st.integers(1, 40), max_size=80), st.integers(0, 5))
def test_what_is_delivered_is_always_a_beginning_of_the_stream(arrivals: list[int], limit: int) -> None:
    delivery = Delivery(limit)
    out = taken(delivery, *arrivals)
    assert out == [str(number) for number in range(1, len(out) + 1)]
    assert len(delivery._held) <= limit + 1


def interleaved(order: Iterable[int], repeats: Iterable[int]) -> list[int]:
    rest = list(repeats)
    mixed: list[int] = []
    for number in order:
        mixed.append(number)
        if rest:
            mixed.append(rest.pop())
    return mixed
