from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults import CutInEvent, End
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = [b"id: %d\ndata: event %d\n\n" % (number, number) for number in range(1, 6)]
HEARTBEAT = b"event: heartbeat\ndata: {}\n\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


def response(*blocks: bytes) -> bytes:
    return CHUNKED + b"".join(b"%x\r\n%b\r\n" % (len(block), block) for block in blocks)


@pytest.mark.parametrize("end", list(End))
@pytest.mark.parametrize("size", [1, 1000])
def test_event_is_cut_in_two_and_nothing_follows(end: End, size: int, play: Callable[..., Any]) -> None:
    played = play(CutInEvent(event=3, end=end))
    raw = response(HEARTBEAT, *EVENTS)
    for start in range(0, len(raw), size):
        played.send(0.0, raw[start : start + size])
    played.send(1.0, end=End.FIN)
    assert played.ends == [end]
    assert played.data == response(HEARTBEAT, *EVENTS[:2], EVENTS[2][: len(EVENTS[2]) // 2]) or size > 1
    assert played.struck == ["cut"]
    assert played.shown
    assert played.link.held == 0


def test_client_must_not_take_the_half_for_an_event(play: Callable[..., Any]) -> None:
    played = play(CutInEvent(event=1))
    played.send(0.0, CHUNKED + b"%x\r\n%b\r\n" % (len(EVENTS[0]), EVENTS[0]))
    half = played.data.partition(b"\r\n\r\n")[2].split(b"\r\n", 1)[1].removesuffix(b"\r\n")
    assert EVENTS[0].startswith(half)
    assert half
    assert Parser().feed(half) == []


def test_body_of_a_set_length_is_cut_too(play: Callable[..., Any]) -> None:
    body = b"".join(EVENTS)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n" % len(body)
    played = play(CutInEvent(event=2))
    played.send(0.0, head + body)
    assert played.ends == [End.FIN]
    assert EVENTS[2] not in played.data
    assert played.link.held == 0


def test_only_so_many_connections_are_cut(play: Callable[..., Any]) -> None:
    played = play(CutInEvent(event=2, times=2))
    connections = [played, played.again(), played.again()]
    for connection in connections:
        connection.send(0.0, response(*EVENTS))
    assert [connection.ends for connection in connections] == [[End.FIN], [End.FIN], []]
    assert EVENTS[4] in connections[2].data


def test_stream_that_is_too_short_is_not_cut(play: Callable[..., Any]) -> None:
    played = play(CutInEvent(event=9))
    played.send(0.0, response(*EVENTS))
    assert not played.ends
    assert not played.shown
