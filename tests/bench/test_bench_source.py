"""The events of the benchmark's own source."""

from __future__ import annotations

from bench.measure.source import EVENT_SIZE, HEAD, event, numbered

from ssechaos.sse import Parser


def test_head_and_events_are_of_one_size() -> None:
    assert {len(HEAD), len(event("")), len(numbered(4999, 19)), len(event(repr(12345.678901234)))} == {EVENT_SIZE}


def test_the_head_is_a_response_head() -> None:
    assert HEAD.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")
    assert HEAD.count(b"\r\n\r\n") == 1
    assert HEAD.endswith(b"\r\n\r\n")


def test_events_are_server_sent_events_unlike_each_other() -> None:
    events = Parser().feed(b"".join(numbered(stream, number) for stream in range(3) for number in range(3)))
    assert len({found.data for found in events}) == 9
    assert events[5].data.rstrip() == "stream 1 event 2"
