"""Responses in every transfer coding, and a client to read what is left of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h11
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KINDS = ("chunked", "length", "close")


def _wire(kind: str, blocks: Sequence[bytes], content_type: bytes = b"text/event-stream") -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nX-Trace-ID: t1\r\n" % content_type
    body = b"".join(blocks)
    if kind == "chunked":
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(block), block) for block in blocks)
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    if kind == "length":
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    return head + b"\r\n" + body


def _read(raw: bytes) -> tuple[bytes, bool]:
    """The body that a client gets from ``raw`` and a FIN, and whether it takes it as complete."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "any")]))
    client.send(h11.EndOfMessage())
    client.receive_data(raw)
    client.receive_data(b"")
    body = b""
    try:
        while not isinstance(event := client.next_event(), h11.EndOfMessage):
            body += bytes(event.data) if isinstance(event, h11.Data) else b""
    except h11.RemoteProtocolError:
        return body, False
    return body, True


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Each way to say where a body ends."""
    return str(request.param)


@pytest.fixture(scope="session")
def wire() -> Callable[..., bytes]:
    """``wire(kind, blocks)``: a response with these blocks, each in a chunk of its own."""
    return _wire


@pytest.fixture(scope="session")
def read() -> Callable[[bytes], tuple[bytes, bool]]:
    """``read(raw)``: the body that a client gets, and whether it is complete."""
    return _read
