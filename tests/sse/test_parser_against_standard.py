"""The parser against the standard's own prose, run one character at a time (WHATWG HTML, 9.2.5 and 9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ssechaos.errors import ProtocolError
from ssechaos.sse import Event, Parser

ALPHABET = [
    *(b"data", b"event", b"id", b"retry", b"Data", b"x"),
    *(b"\r", b"\n", b"\r\n", b"\n\n", b"\r\r", b":", b" ", b"\t", b"\0", b"\v"),
    *(b"0", b"1", b"42", b"-", b"_", "٣".encode()),
    *(b"\xef\xbb\xbf", b"\xef", b"\xbb", b"\xff", b"\xf0\x9f", b"\xed\xa0\x80", b"\xc0\xaf"),
    *("é".encode(), "\u2028".encode(), "\x85".encode(), "😀".encode()),
]
LINES = [
    b"data:1\n",
    b"data\r",
    b"data: \r\n",
    b"id:7\n",
    b"id\r",
    b"event:e\n",
    b"retry:5\n",
    b":c\n",
    b"\n",
    b"\r\n",
]

streams = st.lists(st.sampled_from(ALPHABET + LINES), max_size=40).map(b"".join)


@st.composite
def split_streams(draw: st.DrawFn) -> list[bytes]:
    raw = draw(streams)
    cuts = sorted(draw(st.lists(st.integers(0, len(raw)), max_size=8)))
    return [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]


@dataclass
class Outcome:
    events: list[Event] = field(default_factory=list)
    last_event_id: str = ""
    reconnection_time: float | None = None
    comments: int = 0


def lines_of(text: str) -> list[str]:
    """Return the lines of a stream as its ABNF has them; what follows the last line end is no line."""
    lines, line, position = [], "", 0
    while position < len(text):
        character = text[position]
        position += 1
        if character not in "\r\n":
            line += character
            continue
        if character == "\r" and text[position : position + 1] == "\n":
            position += 1
        lines.append(line)
        line = ""
    return lines


class Standard:
    """The buffers and steps of section 9.2.6, in its words."""

    def __init__(self, last_event_id: str) -> None:
        self.outcome = Outcome(last_event_id=last_event_id)
        self.data = self.event_type = ""
        self.last_event_id_buffer = last_event_id
        self.block_id: str | None = None

    def interpret(self, raw: bytes) -> Outcome:
        text = raw.decode("utf-8", "replace")
        for line in lines_of(text[1:] if text[:1] == "\ufeff" else text):
            self.line(line)
        return self.outcome

    def line(self, line: str) -> None:
        if line == "":
            self.dispatch()
        elif line[0] == ":":
            self.outcome.comments += 1
        elif ":" in line:
            colon = line.index(":")
            value = line[colon + 1 :]
            self.process(line[:colon], value[1:] if value[:1] == " " else value)
        else:
            self.process(line, "")

    def process(self, name: str, value: str) -> None:
        if name == "event":
            self.event_type = value
        elif name == "data":
            self.data += value + "\n"
        elif name == "id" and "\0" not in value:
            self.last_event_id_buffer = self.block_id = value
        elif name == "retry" and value and all(character in "0123456789" for character in value):
            self.outcome.reconnection_time = int(value) / 1000

    def dispatch(self) -> None:
        self.outcome.last_event_id = self.last_event_id_buffer
        if self.data:
            self.outcome.events.append(Event(self.data[:-1], self.event_type or "message", self.block_id))
        self.data = self.event_type = ""
        self.block_id = None


def outcome_of(chunks: list[bytes], last_event_id: str = "") -> Outcome:
    parser = Parser(last_event_id=last_event_id)
    events = [event for chunk in chunks for event in parser.feed(chunk)]
    return Outcome(events, parser.last_event_id, parser.reconnection_time, parser.comments)


@given(streams, st.sampled_from(["", "before"]))
def test_any_stream_is_read_as_the_standard_says(raw: bytes, last_event_id: str) -> None:
    assert outcome_of([raw], last_event_id) == Standard(last_event_id).interpret(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_as_the_standard_says(raw: bytes) -> None:
    assert outcome_of([raw]) == Standard("").interpret(raw)


@given(split_streams())
def test_result_does_not_depend_on_the_split(chunks: list[bytes]) -> None:
    assert outcome_of(chunks) == outcome_of([b"".join(chunks)])


@given(streams)
def test_result_is_the_same_byte_by_byte(raw: bytes) -> None:
    assert outcome_of([raw[i : i + 1] for i in range(len(raw))]) == outcome_of([raw])


def until_error(chunks: list[bytes], max_line: int, max_event: int) -> tuple[list[Event], str, str | None]:
    parser = Parser(max_line, max_event)
    events: list[Event] = []
    try:
        for chunk in [*chunks, b""]:
            events += parser.feed(chunk)
    except ProtocolError as error:
        return events, parser.last_event_id, str(error)
    return events, parser.last_event_id, None


@given(split_streams(), st.integers(3, 20), st.integers(0, 10))
@example([b"\xef\xbb\xbfda", b"ta\r"], 4, 0)  # the mark is no part of the line
def test_what_comes_before_an_error_does_not_depend_on_the_split(
    chunks: list[bytes], max_line: int, max_event: int
) -> None:
    whole = until_error([b"".join(chunks)], max_line, max_event)
    assert until_error(chunks, max_line, max_event) == whole


@pytest.mark.parametrize("cut", range(1, 14))
def test_byte_order_mark_and_multi_byte_character_may_be_cut_anywhere(cut: int) -> None:
    raw = "\ufeffdata:é€\n\n".encode()
    assert outcome_of([raw[:cut], raw[cut:]]).events == [Event("é€")]
