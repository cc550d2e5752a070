from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults.base import Direction, Segment
from ssechaos.proxy.api.counting import EventCount
from ssechaos.proxy.api.meters import Meter

EVENTS = b": hello\n\nid: 1\ndata: a\n\ndata: b\r\ndata: c\r\n\r\nretry: 5\n\nevent: x\ndata: \xc3\xbc\n\n"
HOW_MANY = 3
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
)
CLOSE = b"HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b"


def chunks(body, size):
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%X;ext=1\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


def counted(data, cuts=()):
    count = EventCount()
    for start, end in zip((0, *cuts), (*cuts, len(data)), strict=True):
        count.feed(data[start:end])
    return count.events


@given(size=st.integers(1, 40), cuts=st.lists(st.integers(0, 300), max_size=8))
def test_events_are_counted_in_any_chunks_and_any_splits(size, cuts):
    interim = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    other = PLAIN % (len(EVENTS), EVENTS)
    stream = CHUNKED + chunks(EVENTS, size) + b"0\r\nTrailer: x\r\n\r\n"
    data = interim + stream + other + stream
    assert counted(data, sorted(min(cut, len(data)) for cut in cuts)) == 2 * HOW_MANY


def test_stream_without_length_is_counted_to_its_end():
    assert counted(CLOSE + EVENTS + EVENTS) == 2 * HOW_MANY


@pytest.mark.parametrize(
    "data",
    [
        PLAIN % (len(EVENTS), EVENTS),
        b"\x16\x03\x01" + EVENTS,
        CHUNKED.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n") + chunks(EVENTS, 10),
        CHUNKED + b"-5\r\n" + EVENTS,
        CHUNKED + b"zz\r\n" + EVENTS,
        CHUNKED + b"1" * 9000,
        b"HTTP/1.1 " + b"x" * 70_000,
        b"HTTP/1.1 204 No Content\r\n\r\n" + PLAIN % (3, b"abc"),
    ],
    ids=["other type", "no HTTP", "compressed", "negative", "no size", "long size", "long head", "no body"],
)
def test_what_is_no_plain_event_stream_is_not_counted(data):
    assert counted(data) == 0


def test_an_event_beyond_all_bounds_ends_the_counting_and_nothing_else():
    assert counted(CLOSE + b"data: a\n\n" + b"x" * 3_000_000) == 1


def test_meter_goes_on_where_it_was_when_it_is_moved():
    meter = Meter()
    stream = CHUNKED + chunks(EVENTS, 30)
    for half in (stream[:120], stream[120:]):
        stage = meter.stage(1, Direction.DOWNSTREAM)
        assert list(stage.pipe.feed(Segment(1.0, half))) == [Segment(1.0, half)]
    meter.stage(1, Direction.UPSTREAM).pipe.feed(Segment(1.0, b"GET"))
    assert meter.tally == Counter(downstream=len(stream), upstream=3, events=HOW_MANY)


def test_meter_forgets_connections_that_are_over():
    meter = Meter()
    first = meter.stage(1, Direction.DOWNSTREAM).pipe
    meter.closed(1, "FIN")
    assert meter.stage(1, Direction.DOWNSTREAM).pipe is not first
