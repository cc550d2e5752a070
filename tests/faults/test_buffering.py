from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Buffering, Direction, End

if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n%bTransfer-Encoding: chunked\r\n\r\n"
CHUNK = b"64\r\n" + b"x" * 100 + b"\r\n"
LAST = b"0\r\n\r\n"


def test_response_is_held_head_and_all_until_enough_has_gathered(play: Callable[..., Any]) -> None:
    played = play(Buffering(hold=1000))
    raw = HEAD % b""
    played.send(0.0, raw)
    while len(raw) + len(CHUNK) < 1000:
        raw += CHUNK
        played.send(played.now + 1.0, CHUNK)
    assert played.out == []
    assert played.link.held == len(raw)
    played.send(played.now + 1.0, CHUNK)
    assert played.data == raw + CHUNK
    assert len(played.out) == 1
    assert played.shown


def test_gathering_begins_again_after_that(play: Callable[..., Any]) -> None:
    played = play(Buffering(hold=1000))
    played.send(0.0, HEAD % b"" + CHUNK * 10)
    played.send(1.0, CHUNK)
    assert played.link.held == len(CHUNK)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_end_of_the_response_lets_everything_go(size: int, play: Callable[..., Any]) -> None:
    played = play(Buffering(hold=1000))
    raw = HEAD % b"" + CHUNK + LAST
    for start in range(0, len(raw), size):
        played.send(0.0, raw[start : start + size])
    assert played.data == raw
    assert played.link.held == 0


def test_end_of_the_connection_lets_everything_go(play: Callable[..., Any]) -> None:
    played = play(Buffering(hold=1000))
    played.send(0.0, HEAD % b"" + CHUNK)
    played.send(1.0, end=End.FIN)
    assert (played.data, played.ends) == (HEAD % b"" + CHUNK, [End.FIN])


def test_nginx_does_as_the_response_tells_it(play: Callable[..., Any]) -> None:
    raw = HEAD % b"X-Accel-Buffering: no\r\n"
    heeding, deaf = play(Buffering.nginx()), play(Buffering.cloudflare())
    for played in (heeding, deaf):
        played.send(0.0, raw + CHUNK)
        played.send(1.0, CHUNK)
    assert heeding.data == raw + CHUNK + CHUNK
    assert heeding.shown
    assert deaf.data == b""


def test_next_response_may_be_of_another_mind(play: Callable[..., Any]) -> None:
    played = play(Buffering.nginx())
    played.send(0.0, HEAD % b"X-Accel-Buffering: no\r\n" + CHUNK + LAST)
    played.send(1.0, HEAD % b"" + CHUNK)
    assert played.link.held == len(HEAD % b"" + CHUNK)


def test_what_is_no_http_is_not_held(play: Callable[..., Any]) -> None:
    played = play(Buffering())
    played.send(0.0, b"\x16\x03\x01")
    assert played.data == b"\x16\x03\x01"
    assert played.evidence["not_http"] == 1.0


@pytest.mark.parametrize("settings", [{"hold": 0}, {"hold": 1 << 20}, {"direction": Direction.UPSTREAM}])
def test_what_no_proxy_can_hold_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="buffering: "):
        Buffering(**settings)
