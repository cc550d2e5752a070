"""The lines of the client command's protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.client.decisions import Deliver, Fail, Finish, Notify, Show
from ssechaos.client.lines import STATES, LineSplitter, Statement, statement
from ssechaos.errors import ProtocolError
from ssechaos.sse import Event


def said(**value: Any) -> Statement:
    return statement(json.dumps(value).encode())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"type":"event","id":"7","event":"chunk","data":"x"}', Deliver(Event("x", "chunk", "7"))),
        ('{"type":"event","id":null,"data":"x"}', Deliver(Event("x", "message", None))),
        ('{"type":"event","data":""}', Deliver(Event("", "message", None))),
        ('{"type":"notice","message":"trouble"}', Notify("trouble")),
        (
            '{"type":"notice","message":"503","attempt":2,"retry_in":3.2,"asked":3}',
            Notify("503", attempt=2, retry_in=3.2, asked=3.0),
        ),
        ('{"type":"error","message":"it is over"}', Fail("it is over")),
        ('{"type":"done"}\r', Finish()),
        *((f'{{"type":"state","state":"{state}"}}', Show(state)) for state in STATES),
    ],
)
def test_every_type_of_line_is_understood(line: str, says: Any) -> None:
    assert statement(line.encode()) == Statement(says)


def test_a_client_may_tell_the_time_of_its_own_clock() -> None:
    assert said(type="done", at=1_800_000_000).at == 1_800_000_000.0


def test_keys_that_nobody_asked_for_are_left_alone() -> None:
    assert said(type="done", tries=3) == Statement(Finish())


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"", "not JSON"),
        (b"Listening on port 8000", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 5000, "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[1]", "no JSON object"),
        (b"{}", '"type" is none of event, state, notice, error, done'),
        (b'{"type":["event"]}', '"type" is none of'),
        (b'{"type":"event"}', 'no "data" that is a string'),
        (b'{"type":"event","data":1}', 'no "data" that is a string'),
        (b'{"type":"event","data":"","event":null}', 'no "event" that is a string'),
        (b'{"type":"event","data":"","id":7}', '"id" is neither a string nor null'),
        (b'{"type":"state","state":"happy"}', '"state" is none of connecting, open'),
        (b'{"type":"notice"}', 'no "message" that is a string'),
        (b'{"type":"done","at":"now"}', '"at" is no Unix time'),
        (b'{"type":"done","at":true}', '"at" is no Unix time'),
        (b'{"type":"done","at":NaN}', '"at" is no Unix time'),
        (b'{"type":"done","at":-1}', '"at" is no Unix time'),
        (b'{"type":"done","at":1800000000000}', '"at" is no Unix time in seconds'),
    ],
)
def test_anything_else_is_refused_with_the_reason(line: bytes, why: str) -> None:
    with pytest.raises(ProtocolError) as raised:
        statement(line)
    assert why in str(raised.value)


@given(
    st.binary() | st.recursive(st.none() | st.text() | st.floats(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_no_line_at_all_does_more_than_be_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        statement(line)


LINES = st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line))


@given(LINES, st.data())
def test_lines_are_the_same_in_whatever_pieces_they_come(lines: list[bytes], data: st.DataObject) -> None:
    text = b"".join(line + b"\n" for line in lines) + b"the rest"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)))))
    pieces = [text[low:high] for low, high in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    splitter = LineSplitter()
    assert [line for piece in pieces for line in splitter.feed(piece)] == lines
    assert splitter.rest() == b"the rest"


@pytest.mark.parametrize("pieces", [[b"a\nbbbbb\n"], [b"a\nbb", b"bbb"], [b"a\nbb", b"bbb\nc"]])
def test_a_line_beyond_the_bound_is_refused_after_those_before_it(pieces: list[bytes]) -> None:
    splitter, got = LineSplitter(max_line=4), []
    with pytest.raises(ProtocolError, match="a line of more than 4 bytes"):
        got += [line for piece in pieces for line in splitter.feed(piece)]
    assert list(LineSplitter(max_line=4).feed(b"bbbb\n")) == [b"bbbb"]
