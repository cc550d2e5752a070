"""One stream under load: what counts as intact, and what each kind of trouble is called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.client.answer import Head
from ssechaos.load import stream as module
from ssechaos.load.stream import Fate, Stream
from ssechaos.sse import Event, encode

OK = Head(200, {"content-type": "text/event-stream"})
COMPLETE = Event("{}", "complete")


def opened(*events: Event, at: float = 2.0) -> Stream:
    stream = Stream(1.0)
    stream.answered(OK, 1.5)
    stream.received(b"".join(encode(event) for event in events), at)
    return stream


def numbered(*numbers: int) -> list[Event]:
    return [Event("x", id=str(number)) for number in numbers]


def test_a_stream_that_is_open_in_the_end_is_intact() -> None:
    stream = opened(*numbered(1, 2, 3))
    stream.left()
    assert (stream.intact, stream.fate, stream.trouble) == (True, Fate.LASTED, "")
    assert (stream.opened_after, stream.first_after, stream.events) == (0.5, 1.0, 3)
    assert stream.bytes == 3 * len(encode(numbered(1)[0]))


@pytest.mark.parametrize("last", [COMPLETE, Event("", "message_stop"), Event("[DONE]")], ids=lambda it: it.event)
def test_a_stream_that_is_complete_may_end(last: Event) -> None:
    stream = opened(*numbered(1), last)
    stream.closed()
    assert (stream.intact, stream.events) == (True, 1)


def test_a_stream_that_ends_before_it_is_complete_ended_early() -> None:
    stream = opened(*numbered(1))
    stream.closed()
    assert (stream.intact, stream.fate) == (False, Fate.ENDED)
    assert stream.trouble == "the server ended it before it was complete"


def test_a_connection_that_breaks_is_cut() -> None:
    stream = opened(*numbered(1))
    stream.broke("connection reset")
    stream.left()
    assert (stream.fate, stream.trouble) == (Fate.CUT, "connection reset")


def test_a_stream_without_any_event_is_silent() -> None:
    stream = opened()
    stream.left()
    assert (stream.fate, stream.first_after) == (Fate.SILENT, None)


def test_heartbeats_show_life_and_are_no_events() -> None:
    stream = opened(Event("{}", "heartbeat"))
    stream.left()
    assert (stream.fate, stream.events, stream.times) == (Fate.LASTED, 0, [])


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (Head(503, {}), "503 Service Unavailable"),
        (Head(200, {"content-type": "text/html"}), "'text/html', not text/event-stream"),
        (Head(302, {"location": "http://elsewhere.test/"}), "redirects .302.: name the URL"),
    ],
)
def test_an_answer_that_is_no_stream_is_a_refusal(head: Head, said: str) -> None:
    stream = Stream(0.0)
    stream.answered(head, 1.0)
    assert (stream.fate, stream.opened_after) == (Fate.REFUSED, None)
    assert re.search(said, stream.trouble)


def test_no_answer_is_unreachable() -> None:
    broken, waiting = Stream(0.0), Stream(0.0)
    broken.broke("refused")
    waiting.left()
    assert (broken.fate, waiting.fate) == (Fate.UNREACHABLE, Fate.UNREACHABLE)
    assert waiting.trouble == "no answer came before the load was over"


def test_a_line_without_end_is_garbled() -> None:
    stream = opened()
    stream.received(b"x" * (2 << 20), 3.0)
    assert stream.fate is Fate.GARBLED


def test_ids_may_begin_anywhere_and_grow_by_one() -> None:
    stream = opened(*numbered(7, 8, 9))
    stream.left()
    assert (stream.missing, stream.repeated, stream.intact) == (0, 0, True)


@pytest.mark.parametrize(
    ("ids", "missing", "repeated"),
    [((1, 2, 5), 2, 0), ((1, 2, 2, 3), 0, 1), ((1, 3, 2, 4), 1, 1), ((3, 1, 2, 4), 0, 2)],
)
def test_ids_that_are_left_out_or_repeated_are_counted(ids: tuple[int, ...], missing: int, repeated: int) -> None:
    stream = opened(*numbered(*ids))
    stream.left()
    assert (stream.missing, stream.repeated, stream.intact) == (missing, repeated, False)


def test_names_have_no_order_but_the_same_one_twice_is_a_repeat() -> None:
    stream = opened(*(Event("x", id=name) for name in ("a", "c", "b", "b")))
    assert (stream.missing, stream.repeated) == (0, 1)


@given(st.lists(st.integers(1, 50), unique=True, min_size=1))
def test_whatever_order_ids_come_in_only_rising_ones_without_holes_are_intact(ids: list[int]) -> None:
    stream = opened(*numbered(*ids))
    stream.left()
    assert stream.intact is (ids == list(range(ids[0], ids[0] + len(ids))))


def test_times_of_sending_are_read_where_all_events_have_one() -> None:
    stamped = opened(Event('{"ts": 1700000000.5}'), Event('{"ts": 1700000001.5}'))
    mixed = opened(Event("plain"), Event('{"ts": 1700000001.5}'))
    assert stamped.stamps == [1700000000.5, 1700000001.5]
    assert (mixed.stamps, mixed.times) == ([], [2.0, 2.0])


def test_memory_is_bounded_and_counting_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TIMES", 2)
    stream = opened(*numbered(1, 2, 3))
    assert (len(stream.times), stream.events) == (2, 3)
