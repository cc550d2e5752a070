"""A stream as a whole, over all the connections that carried it."""

from __future__ import annotations

from ssechaos.model import Terms, Until
from ssechaos.sse import Event
from ssechaos.target.course import Course, Place


def test_what_comes_again_is_not_first() -> None:
    course = Course(Terms())
    taken = [course.take(Event("", id=event_id)) for event_id in ("4", "5", "4", None)]
    assert [(place.sequence, place.first) for place in taken] == [(4, True), (5, True), (4, False), (None, False)]
    assert (course.highest, course.complete) == (5, False)


def test_the_last_event_completes_the_stream() -> None:
    course = Course(Terms(until=Until(event="end")))
    assert course.take(Event("", "end")) == Place(None, first=False, last=True)
    assert course.complete


def test_a_stream_that_is_counted_ends_with_its_last_number_on_whichever_connection() -> None:
    course = Course(Terms(until=Until(events=3)))
    one, again = ("1", "2", "3"), ("2", "3", "4")
    assert [course.take(Event("", id=event_id)).last for event_id in one] == [False, False, True]
    assert [course.take(Event("", id=event_id)).last for event_id in again] == [False, True, True]


def test_what_comes_after_the_count_is_no_part_of_the_stream() -> None:
    course = Course(Terms(until=Until(events=1)))
    course.take(Event("", id="7"))
    assert not course.take(Event("", id="8")).first
    assert course.highest == 7
