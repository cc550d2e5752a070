from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.sse import Event, Parser, encode, encode_comment

text = st.text(st.characters(exclude_categories=["Cs"]))
one_line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
broken_line = st.sampled_from(["\r", "\n", "\0", "a\r\nb", "7\n", "\n7"])


@given(text, one_line.filter(bool), st.none() | one_line)
def test_parser_reads_back_what_was_encoded(data: str, event_type: str, event_id: str | None) -> None:
    normalised = re.sub(r"\r\n|\r", "\n", data)
    raw = encode(Event(data, event_type, event_id))
    assert Parser().feed(raw) == [Event(normalised, event_type, event_id)]


@given(st.lists(st.builds(Event, text.map(lambda data: re.sub(r"\r\n|\r", "\n", data))), max_size=5))
def test_events_that_follow_each_other_stay_apart(events: list[Event]) -> None:
    assert Parser().feed(b"".join(map(encode, events))) == events


def test_fields_that_say_nothing_are_left_out() -> None:
    assert encode(Event("hello")) == b"data: hello\n\n"


def test_all_fields_are_written() -> None:
    assert encode(Event("é", "tick", "7", 1500)) == "event: tick\nid: 7\nretry: 1500\ndata: é\n\n".encode()


def test_every_line_of_the_data_is_a_field_whatever_ends_it() -> None:
    assert encode(Event("1\n2\r3\r\n4\n\n")) == b"data: 1\ndata: 2\ndata: 3\ndata: 4\ndata: \ndata: \n\n"


def test_only_cr_and_lf_split_the_data() -> None:
    assert encode(Event("1\u20282\v3")) == "data: 1\u20282\v3\n\n".encode()


def test_empty_id_clears_the_last_event_id() -> None:
    parser = Parser(last_event_id="7")
    assert parser.feed(encode(Event("x", id=""))) == [Event("x", id="")]
    assert parser.last_event_id == ""


@pytest.mark.parametrize("retry", [0, 1, 3_600_000])
def test_retry_sets_the_reconnection_time(retry: int) -> None:
    parser = Parser()
    parser.feed(encode(Event("x", retry=retry)))
    assert parser.reconnection_time == retry / 1000


@given(broken_line)
def test_id_that_is_not_one_line_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="the id of an event is one line without NUL"):
        encode(Event("x", id=value))


@given(broken_line)
def test_type_that_is_not_one_line_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="the event of an event is one line without NUL"):
        encode(Event("x", value))


def test_empty_type_is_refused_since_it_would_be_read_as_message() -> None:
    with pytest.raises(ValueError, match="read as 'message'"):
        encode(Event("x", ""))


def test_negative_retry_is_refused() -> None:
    with pytest.raises(ValueError, match="from 0 up, got -1"):
        encode(Event("x", retry=-1))


def test_text_that_utf8_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        encode(Event("\ud800"))


def test_comment_is_a_block_of_its_own() -> None:
    assert encode_comment("ping") == b": ping\n\n"


@given(text)
def test_comment_of_any_text_is_no_event(comment: str) -> None:
    parser = Parser(last_event_id="7")
    assert parser.feed(encode_comment(comment) + encode(Event("x"))) == [Event("x")]
    assert parser.last_event_id == "7"
    assert parser.comments == len(re.split(r"\r\n|\r|\n", comment))
