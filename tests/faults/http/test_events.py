from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Direction, End
from ssechaos.faults.http import MOST_HELD, Change, EventFault, OnEvent
from ssechaos.link import CAPACITY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ssechaos.faults.base import PipeContext

EVENTS = [b"id: %d\ndata: %d\n\n" % (number, number) for number in range(1, 6)]
HEARTBEAT, COMMENT = b"event: heartbeat\ndata: {}\n\n", b": hello\n\n"
COMPLETE = b"event: complete\ndata: {}\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shout(EventFault):
    """Turns every event to capitals, which keeps its size, and doubles the third."""

    def decide(self, context: PipeContext) -> OnEvent:  # noqa: ARG002 - it needs nothing
        return lambda block, number: Change(block.upper() * (2 if number == 3 else 1))

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        return bool(evidence)


Shout.kind = "shout"


def send(played: Any, raw: bytes, size: int = 10_000) -> None:
    for start in range(0, len(raw), size):
        played.send(played.now, raw[start : start + size])


@pytest.mark.parametrize("size", [1, 3, 10_000])
def test_events_are_changed_and_the_response_stays_right(
    kind: str, size: int, wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    send(played, wire(kind, [*EVENTS, COMPLETE]), size)
    played.send(1.0, end=End.FIN)
    body = b"".join([*EVENTS[:3], EVENTS[2], *EVENTS[3:]]).upper() + COMPLETE
    assert read(played.data) == (body, True)
    assert played.ends == [End.FIN]
    assert played.evidence["events"] == 5.0
    assert played.link.held == 0


@pytest.mark.parametrize("block", [HEARTBEAT, COMMENT, COMPLETE, b"data: my id: 7\n\n", b"identity: 1\n\n"])
def test_what_has_no_id_is_no_numbered_event(
    block: bytes, wire: Callable[..., bytes], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    send(played, wire("chunked", [block]))
    assert played.data == wire("chunked", [block])
    assert "events" not in played.evidence


@pytest.mark.parametrize("block", [b"\xef\xbb\xbfid: 1\ndata\n\n", b"data: 1\rid\r\r", b"data: 1\r\nid:1\r\n\r\n"])
def test_id_is_found_wherever_the_standard_allows_it(
    block: bytes, wire: Callable[..., bytes], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    send(played, wire("chunked", [block]))
    assert played.evidence["events"] == 1.0


def test_event_is_passed_on_as_soon_as_it_is_complete(
    wire: Callable[..., bytes], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    raw = wire("chunked", EVENTS)
    cut = raw.index(EVENTS[1]) + 4
    played.send(0.0, raw[:cut])
    assert EVENTS[0].upper() in played.data
    assert played.link.held == 4


def test_several_responses_on_one_connection(
    wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    send(played, wire("length", [b'{"id": 1}\n\n'], b"application/json") + wire("chunked", EVENTS[:1]))
    json, stream = played.data.split(b"HTTP/1.1")[1:]
    assert read(b"HTTP/1.1" + json) == (b'{"id": 1}\n\n', True)
    assert read(b"HTTP/1.1" + stream) == (EVENTS[0].upper(), True)


@pytest.mark.parametrize("field", [b"Content-Type: text/html", b"Content-Encoding: gzip"])
def test_other_responses_and_compressed_ones_pass(field: bytes, play: Callable[..., Any]) -> None:
    played = play(Shout())
    head = b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: 16\r\n\r\n" % (
        field if b"Type" in field else b"Content-Type: text/event-stream\r\n" + field
    )
    send(played, head + b"id: 1\ndata: one\n\n"[:16])
    assert played.data == head + b"id: 1\ndata: one\n"


def test_event_that_is_broken_off_passes_as_far_as_it_came(
    wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    raw = wire("chunked", EVENTS)
    send(played, raw[: raw.index(EVENTS[1]) + 8])
    played.send(1.0, end=End.FIN)
    assert read(played.data) == (EVENTS[0].upper() + EVENTS[1][:8], False)


@pytest.mark.parametrize("cut", range(0, 260, 7))
def test_removal_in_the_middle_leaves_a_right_response_with_the_rest_unchanged(
    cut: int, kind: str, wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    blocks = [EVENTS[0], HEARTBEAT, EVENTS[1], COMPLETE]
    raw = wire(kind, blocks)
    played.send(0.0, raw[:cut])
    played.remove(1.0)
    assert played.link.held == 0
    played.send(2.0, raw[cut:])
    played.send(3.0, end=End.FIN)
    body, complete = read(played.data)
    assert complete
    assert body.lower() == b"".join(blocks)


def test_after_removal_the_next_response_is_not_changed_either(
    wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    first, second = wire("chunked", EVENTS[:1]), wire("length", EVENTS[1:2])
    played.send(0.0, first[:-1])
    played.remove(1.0)
    played.send(2.0, first[-1:] + second[:90])
    played.send(3.0, second[90:])
    assert played.data.endswith(second)
    assert read(played.data.removesuffix(second)) == (EVENTS[0].upper(), True)


def test_event_too_large_to_hold_passes_with_all_after_it(
    wire: Callable[..., bytes], read: Callable[..., Any], play: Callable[..., Any]
) -> None:
    assert MOST_HELD <= CAPACITY / 2
    played = play(Shout())
    large = b"id: 2\ndata: " + b"x" * (MOST_HELD + 20_000) + b"\n\n"
    send(played, wire("chunked", [EVENTS[0], large, EVENTS[1]]), 16_000)
    played.send(1.0, end=End.FIN)
    assert read(played.data) == (EVENTS[0].upper() + large + EVENTS[1], True)
    assert played.evidence["events_too_large"] == 1.0


def test_connection_in_the_middle_of_a_response_is_left_alone(
    wire: Callable[..., bytes], play: Callable[..., Any]
) -> None:
    played = play(Shout())
    raw = wire("chunked", EVENTS)
    rest = raw[raw.index(EVENTS[2]) - 3 :]
    send(played, rest, 5)
    assert played.data == rest
    assert played.evidence["not_http"] == 1.0


def test_events_do_not_flow_upstream() -> None:
    with pytest.raises(UsageError, match="downstream only"):
        Shout(direction=Direction.UPSTREAM)
