"""What a listener makes of bytes and times, and how long it stays."""

from __future__ import annotations

import gzip

import pytest

from ssechaos.probe.listening import MOST, Listener
from ssechaos.probe.observation import Ending, Failure, Head, Obstacle, Stamp

HEAD = Head(0.0, 200, "1.1", {"content-type": "text/event-stream; charset=utf-8"})
START = 1000.0


def listening(timeout: float = 25.0, head: Head = HEAD, *, only_id: bool = False) -> Listener:
    listener = Listener("http://sse.test/", START, timeout, only_id=only_id)
    listener.connected(START + 0.5)
    listener.answered(head, START + 1)
    return listener


def test_times_count_from_the_request() -> None:
    listener = listening()
    listener.received(b": hello\n\ndata: 1\nid: 7\n\nda", START + 2)
    listener.received(b"ta: 2\n\n", START + 3)
    listener.ended(Ending.CLOSED, START + 4)
    seen = listener.sighting()
    assert (seen.connected_at, seen.head and seen.head.at, seen.ended_at) == (0.5, 1, 4)
    assert [(it.at, it.id) for it in seen.arrivals] == [(2, "7"), (3, None)]
    assert [(it.at, it.size, it.events, it.inside) for it in seen.reads] == [(2, 26, 1, True), (3, 7, 1, False)]
    assert seen.comments == (2,)
    assert seen.silences == (1, 1, 1, 1)


def test_heartbeats_terminal_events_and_stamps_are_told_apart() -> None:
    listener = listening()
    listener.received(b'event: ping\ndata: {"ts": 1700000000}\n\ndata: x\n\ndata: [DONE]\n\n', START + 2)
    beat, plain, done = listener.sighting().arrivals
    assert (beat.heartbeat, plain.heartbeat, done.heartbeat) == (True, False, False)
    assert (beat.terminal, plain.terminal, done.terminal) == (False, False, True)
    assert beat.stamp == Stamp("ts", 1700000000)
    assert listener.sighting().complete


def test_sizes_are_those_on_the_wire() -> None:
    head = Head(0.0, 200, "1.1", {"content-type": "text/event-stream", "content-encoding": "gzip"})
    packed = gzip.compress(b"data: 1\n\n" * 1000)
    listener = listening(head=head)
    listener.received(packed, START + 2)
    assert listener.sighting().reads[0].size == len(packed)
    assert listener.count == 1000


def test_a_lively_stream_is_left_at_the_timeout() -> None:
    listener = listening()
    listener.received(b"data: 1\n\n", START + 16)
    assert listener.deadline == START + 25


def test_a_silent_stream_is_listened_to_for_an_idle_cut_to_show() -> None:
    listener = listening()
    listener.received(b"data: 1\n\n", START + 15)
    assert listener.deadline == START + 15 + 33
    listener.received(b"data: 2\n\n", START + 40)
    assert listener.deadline == START + 25


def test_nobody_waits_longer_for_an_answer_that_does_not_come() -> None:
    assert Listener("http://sse.test/", START, 25.0).deadline == START + 25


@pytest.mark.parametrize(
    ("head", "trouble"),
    [(Head(0.0, 200, "1.1", {"content-type": "text/html"}), ""), (Head(0.0, 401, "1.1", {}), "")],
)
def test_what_is_no_stream_is_not_listened_to(head: Head, trouble: str) -> None:
    listener = listening(head=head)
    assert listener.over
    assert not listener.opened
    assert listener.sighting().trouble == trouble


def test_a_coding_that_nobody_asked_for_ends_it() -> None:
    head = Head(0.0, 200, "1.1", {"content-type": "text/event-stream", "content-encoding": "br"})
    assert listening(head=head).sighting().ending is Ending.GARBLED


def test_what_can_not_be_read_ends_it() -> None:
    listener = listening()
    listener.received(b"data: " + b"x" * (1 << 21), START + 2)
    assert listener.over
    assert listener.sighting().ending is Ending.GARBLED
    assert "max_line" in listener.sighting().trouble


def test_the_first_end_counts() -> None:
    listener = listening()
    listener.ended(Ending.CUT, START + 3, "reset by peer")
    listener.ended(Ending.LEFT, START + 9)
    assert (listener.sighting().ending, listener.sighting().ended_at) == (Ending.CUT, 3)


def test_a_failure_is_kept() -> None:
    listener = Listener("http://sse.test/", START, 25.0)
    listener.failed(Failure(Obstacle.REFUSED, "refused"), START + 1)
    assert listener.over
    assert listener.sighting().failure == Failure(Obstacle.REFUSED, "refused")


def test_a_flood_is_left_when_enough_was_seen() -> None:
    listener = listening()
    listener.received(b":\n" * (MOST - 1), START + 2)
    assert not listener.over
    listener.received(b":\n", START + 2)
    assert listener.over


def test_one_id_can_be_enough() -> None:
    listener = listening(only_id=True)
    listener.received(b"data: 1\n\n", START + 2)
    assert not listener.over
    listener.received(b"id: 1\ndata: 1\n\n", START + 2)
    assert listener.over
