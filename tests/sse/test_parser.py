"""The vectors of the WHATWG HTML standard, section 9.2, and of the web platform tests; then the bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import ProtocolError
from ssechaos.sse import Event, Parser

if TYPE_CHECKING:
    from collections.abc import Iterable

BOM = b"\xef\xbb\xbf"

DATA_FIELDS = (
    b"data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4"
)

DATA_VECTORS: dict[str, tuple[bytes, list[str]]] = {
    "01 one leading byte order mark is stripped": (BOM + b"data:1\n\n", ["1"]),
    "01 a second byte order mark is part of the field name": (BOM + BOM + b"data:1\n\ndata:2\n\n", ["2"]),
    "01 a byte order mark on a later line is part of the field name": (b"data:1\n\n" + BOM + b"data:2\n\n", ["1"]),
    "01 a byte order mark before a blank line is stripped": (BOM + b"\ndata:1\n\n", ["1"]),
    "01 two bytes of a byte order mark are part of the field name": (BOM[:2] + b"data:1\n\n", []),
    "01 a byte order mark in a value is kept": (b"data:" + BOM + b"1\n\n", ["\ufeff1"]),
    "02 the encoding is UTF-8": ("data:ok…😀\n\n".encode(), ["ok…😀"]),
    "02 an invalid byte becomes U+FFFD": (b"data:a\xffb\n\n", ["a\ufffdb"]),
    "02 a character cut off by the line's end becomes U+FFFD": (b"data:\xe2\x82\ndata:1\n\n", ["\ufffd\n1"]),
    "02 an invalid field name is an unknown field": (b"dat\xffa:1\n\n", []),
    "03 a line ends with LF": (b"data:1\ndata:2\n\n", ["1\n2"]),
    "03 a line ends with CR": (b"data:1\rdata:2\r\r", ["1\n2"]),
    "03 a line ends with CRLF": (b"data:1\r\ndata:2\r\n\r\n", ["1\n2"]),
    "03 line ends may be mixed": (b"data:1\rdata:2\ndata:3\r\n\rdata:4\n\r\ndata:5\r\n\n", ["1\n2\n3", "4", "5"]),
    "03 LF CR is two line ends": (b"data:1\n\rdata:2\n\r", ["1", "2"]),
    "03 U+2028, U+0085, VT and FF end nothing": (
        "data:1\u20282\u20293\u00854\v5\f6\x1c7\n\n".encode(),
        ["1\u20282\u20293\u00854\v5\f6\x1c7"],
    ),
    "04 a field splits at the first colon": (b"data:a:b:c\n\n", ["a:b:c"]),
    "04 one leading space is stripped": (b"data:  1\n\n", [" 1"]),
    "04 a tab is not stripped": (b"data:\t1\n\n", ["\t1"]),
    "04 a trailing space is kept": (b"data: 1 \n\n", ["1 "]),
    "04 a space before the colon is part of the name": (b"data :1\n\n", []),
    "04 a space before the name is part of the name": (b" data:1\n\n", []),
    "04 a field name without a colon has an empty value": (b"data:1\ndata\n\n", ["1\n"]),
    "04 field names are case-sensitive": (b"Data:1\nDATA:2\ndata:3\n\n", ["3"]),
    "04 unknown fields are ignored": (b"foo:1\ndata:2\n:data:3\nbar\n\n", ["2"]),
    "05 field parsing of the web platform tests": (DATA_FIELDS + b"\n\n", ["\0\n 2\n1\n3\n\n4"]),
    "06 an empty data field is an empty event": (b"data\n\n", [""]),
    "06 an empty data field with a colon is an empty event": (b"data:\n\n", [""]),
    "06 exactly one trailing LF is stripped": (b"data\ndata\n\n", ["\n"]),
    "07 a block without data is no event": (b"event:x\n\ndata:1\n\n", ["1"]),
    "07 blank lines are no events": (b"\n\n\ndata:1\n\n\n\n", ["1"]),
    "11 a comment and a blank line are no event": (b":comment\n\n:\n\n", []),
    "11 a comment inside a block changes nothing": (b"data:1\n:data:2\ndata:3\n\n", ["1\n3"]),
    "11 a comment may be long": (b":" + b"x" * 4096 + b"\ndata:1\n\n", ["1"]),
    "12 the end of the stream drops an unfinished block": (b"data:1\n\ndata:2\n", ["1"]),
    "12 the end of the stream drops an unfinished line": (b"data:1\n\ndata:2", ["1"]),
}

EVENT_VECTORS: dict[str, tuple[bytes, list[Event]]] = {
    "07 a block without data resets the type": (b"event:x\n\ndata:1\n\n", [Event("1")]),
    "09 the event field sets the type": (b"event:x\ndata:1\n\n", [Event("1", "x")]),
    "09 the last event field wins": (b"event:x\ndata:1\nevent: y\n\n", [Event("1", "y")]),
    "09 the type is reset after an event": (b"event:x\ndata:1\n\ndata:2\n\n", [Event("1", "x"), Event("2")]),
    "09 an empty event field means message": (b"event:x\nevent:\ndata:1\n\n", [Event("1")]),
    "09 an event field without a colon means message": (b"event:x\nevent\ndata:1\n\n", [Event("1")]),
    "08 an id belongs to the event of its block": (
        b"id:7\ndata:1\n\ndata:2\n\n",
        [Event("1", id="7"), Event("2")],
    ),
    "08 an emptied id is not a missing one": (b"id\ndata:1\n\n", [Event("1", id="")]),
    "08 an id that holds NUL is ignored": (b"id:7\nid:8\0\ndata:1\n\n", [Event("1", id="7")]),
    "08 the last id of a block wins": (b"id:7\ndata:1\nid:8\n\n", [Event("1", id="8")]),
}

LAST_EVENT_ID_VECTORS: dict[str, tuple[bytes, str]] = {
    "07 a block without data commits its id": (b"id:7\n\n", "7"),
    "08 the id persists over events without one": (b"id:7\ndata:1\n\ndata:2\n\n", "7"),
    "08 id with a colon clears it": (b"id:7\n\nid:\n\n", ""),
    "08 id without a colon clears it": (b"id:7\n\nid\n\n", ""),
    "08 an id that holds NUL leaves the one before": (b"id:7\n\nid:8\0 \ndata:1\n\n", "7"),
    "08 an id is decoded as UTF-8": ("id:…\n\n".encode(), "…"),
    "12 the end of the stream drops the id of an unfinished block": (b"id:7\n\nid:8\ndata:1\n", "7"),
    "13 the id of the connection before carries over": (b"data:1\n\n", "before"),
    "13 the id of the connection before can be cleared": (b"id\n\n", ""),
}

INVALID_RETRIES = ["1000x", "", "+1", "-1", "  1", "\t1", "1 ", "1_0", "1.0", "1e3", "0x1", "١٢", "²"]


def parse(parser: Parser, chunks: Iterable[bytes]) -> list[Event]:
    return [event for chunk in chunks for event in parser.feed(chunk)]


def single_bytes(raw: bytes) -> list[bytes]:
    return [raw[i : i + 1] for i in range(len(raw))]


def at_once_and_byte_by_byte(raw: bytes) -> list[list[bytes]]:
    return [[raw], single_bytes(raw)]


@pytest.mark.parametrize(("raw", "expected"), DATA_VECTORS.values(), ids=DATA_VECTORS)
def test_data(raw: bytes, expected: list[str]) -> None:
    for chunks in at_once_and_byte_by_byte(raw):
        assert [event.data for event in parse(Parser(), chunks)] == expected


@pytest.mark.parametrize(("raw", "expected"), EVENT_VECTORS.values(), ids=EVENT_VECTORS)
def test_type_and_id(raw: bytes, expected: list[Event]) -> None:
    for chunks in at_once_and_byte_by_byte(raw):
        assert parse(Parser(), chunks) == expected


@pytest.mark.parametrize(("raw", "expected"), LAST_EVENT_ID_VECTORS.values(), ids=LAST_EVENT_ID_VECTORS)
def test_last_event_id(raw: bytes, expected: str) -> None:
    for chunks in at_once_and_byte_by_byte(raw):
        parser = Parser(last_event_id="before")
        parse(parser, chunks)
        assert parser.last_event_id == expected


def test_last_event_id_is_committed_only_when_the_block_ends() -> None:
    parser = Parser()
    parser.feed(b"id:7\ndata:1\n")
    assert parser.last_event_id == ""
    parser.feed(b"\n")
    assert parser.last_event_id == "7"


def test_bare_cr_dispatches_at_once_and_the_lf_after_it_does_nothing() -> None:
    parser = Parser()
    assert parser.feed(b"data:1\r\ndata:2\r\n\r") == [Event("1\n2")]
    assert parser.feed(b"") == []
    assert parser.feed(b"\ndata:3\r") == []
    assert parser.feed(b"\n\r") == [Event("3")]
    assert parser.feed(b"\n\n") == []


def test_retry_sets_the_reconnection_time_in_seconds_before_the_block_ends() -> None:
    parser = Parser()
    assert parser.reconnection_time is None
    assert parser.feed(b"retry: 2500\n") == []
    assert parser.reconnection_time == 2.5


def test_retry_is_not_reported_on_the_event() -> None:
    assert Parser().feed(b"retry:1\ndata:1\n\n") == [Event("1", retry=None)]


@pytest.mark.parametrize(("value", "seconds"), [("0", 0.0), ("007", 0.007), ("3000", 3.0)])
def test_retry_takes_ascii_digits(value: str, seconds: float) -> None:
    parser = Parser()
    parser.feed(f"retry:{value}\n".encode())
    assert parser.reconnection_time == seconds


@pytest.mark.parametrize("value", INVALID_RETRIES)
def test_retry_ignores_everything_else(value: str) -> None:
    parser = Parser()
    parser.feed(f"retry:1000\nretry:{value}\n".encode())
    assert parser.reconnection_time == 1.0


def test_retry_without_a_colon_is_ignored() -> None:
    parser = Parser()
    parser.feed(b"retry:1000\nretry\n")
    assert parser.reconnection_time == 1.0


def test_retry_of_any_length_is_a_finite_number() -> None:
    parser = Parser()
    parser.feed(b"retry:" + b"9" * 100_000 + b"\n")
    assert parser.reconnection_time is not None
    assert 1e300 < parser.reconnection_time < float("inf")


def test_comments_are_counted_as_signs_of_life() -> None:
    parser = Parser()
    assert parser.feed(b": ping\n\n:\n:unfinished") == []
    assert parser.comments == 2


def test_line_at_the_bound_passes_and_one_byte_more_does_not() -> None:
    assert Parser(max_line=8).feed(b"data:123\r\n\r\n") == [Event("123")]
    with pytest.raises(ProtocolError, match=r"more than 8 bytes.*max_line.*larger max_line"):
        Parser(max_line=8).feed(b"data:1234\n\n")


@pytest.mark.parametrize("endless", [b"data:", b":", b"\0"], ids=["data", "comment", "unknown field"])
def test_endless_line_is_an_error_without_waiting_for_its_end(endless: bytes) -> None:
    parser = Parser(max_line=100)
    parser.feed(endless)
    parser.feed(b"x" * (100 - len(endless)))
    with pytest.raises(ProtocolError, match="max_line"):
        parser.feed(b"x")


def test_event_at_the_bound_passes_and_one_byte_more_does_not() -> None:
    assert Parser(max_event=5).feed(b"data:12\ndata:34\n\n" * 2) == [Event("12\n34")] * 2
    with pytest.raises(ProtocolError, match=r"more than 5 bytes.*max_event.*larger max_event"):
        Parser(max_event=5).feed(b"data:12\ndata:345\n\n")


def test_event_of_empty_lines_is_bounded_too() -> None:
    with pytest.raises(ProtocolError, match="max_event"):
        Parser(max_event=100).feed(b"data\n" * 102)


def test_comments_and_ids_do_not_count_as_data() -> None:
    assert Parser(max_event=1).feed(b":comment\nid:12345\nevent:x\n" * 9 + b"data:1\n\n") == [
        Event("1", "x", "12345")
    ]


def test_events_before_an_error_are_returned_and_the_next_call_raises() -> None:
    parser = Parser(max_line=8)
    assert parser.feed(b"id:1\ndata:1\n\nid:2\ndata:12345\n\nid:3\n\n") == [Event("1", id="1")]
    assert parser.last_event_id == "1"
    with pytest.raises(ProtocolError, match="max_line"):
        parser.feed(b"")


def test_every_call_after_an_error_raises_again() -> None:
    parser = Parser(max_line=8)
    for chunk in (b"data:12345\n", b"\n", b"data:1\n\n"):
        with pytest.raises(ProtocolError, match="max_line"):
            parser.feed(chunk)


def test_line_of_14_mb_in_pieces_of_1_kb_is_parsed() -> None:
    size = 14_000_000
    parser = Parser(max_line=size + 5, max_event=size)
    piece = b"x" * 1000
    parser.feed(b"data:")
    for _ in range(size // len(piece)):
        assert parser.feed(piece) == []
    (event,) = parser.feed(b"\n\n")
    assert len(event.data) == size
