"""The tap passes everything on as it is, and tells what it saw."""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import TargetError

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from conftest import Tapping

STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = STREAM_HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GET = b"GET /stream HTTP/1.1\r\nHost: me\r\nConnection: close\r\n\r\n"
EVENT = b"id: 1\ndata: a\n\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def head_of(reader: StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def answering(answer: bytes, heads: list[bytes] | None = None):
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        head = await head_of(reader)
        length = next((line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b":0")
        body = await reader.readexactly(int(length.partition(b":")[2]))
        if heads is not None:
            heads.append(head + body)
        writer.write(answer)
        await writer.drain()

    return talk


async def exchanged(tapped: Tapping, answer: bytes, request: bytes = GET, **asked: object) -> tuple[bytes, bytes]:
    """What the client got for its request, and what the target was sent."""
    heads: list[bytes] = []
    async with tapped(answering(answer, heads), **asked) as tap:
        reader, writer = await tap.send(request)
        got = await reader.read()
        writer.close()
    return got, heads[0]


# --- what the target is asked -----------------------------------------------------------------------------


async def test_a_request_is_passed_on_with_the_host_of_the_target(tapped: Tapping) -> None:
    request = (
        b"GET /odd%2Fpath/../x?a=%20b&c HTTP/1.1\r\nHost: me\r\nLast-Event-ID: 7\r\nAccept-Encoding: br\r\n"
        b"X-Twice: 1\r\nX-Twice: 2\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n"
    )
    _, asked = await exchanged(tapped, STREAM_HEAD + b"\r\n", request)
    lines = asked.split(b"\r\n")
    assert lines[0] == b"GET /odd%2Fpath/../x?a=%20b&c HTTP/1.1"
    assert b"Host: 127.0.0.1:" in asked
    assert b"Host: me" not in asked
    assert {b"Last-Event-ID: 7", b"Accept-Encoding: br", b"X-Twice: 1", b"X-Twice: 2"} <= set(lines)
    assert b"X-Hop" not in asked
    assert b"User-Agent" not in asked


async def test_headers_of_the_settings_take_the_place_of_the_clients(tapped: Tapping) -> None:
    request = GET.replace(b"Host: me", b"Host: me\r\nauthorization: of the client")
    _, asked = await exchanged(tapped, STREAM_HEAD + b"\r\n", request, header=("Authorization: x", "X-More: y"))
    assert b"of the client" not in asked
    assert b"Authorization: x\r\n" in asked
    assert b"X-More: y\r\n" in asked


async def test_a_get_becomes_the_request_that_the_target_wants(tapped: Tapping) -> None:
    _, asked = await exchanged(tapped, STREAM_HEAD + b"\r\n", body='{"a": 1}')
    assert asked.startswith(b"POST /stream HTTP/1.1\r\n")
    assert b"Content-Type: application/json\r\n" in asked
    assert asked.endswith(b'\r\n\r\n{"a": 1}')


async def test_a_client_that_posts_itself_is_passed_on(tapped: Tapping) -> None:
    request = b"POST /stream HTTP/1.1\r\nHost: me\r\nContent-Length: 4\r\nConnection: close\r\n\r\nmine"
    _, asked = await exchanged(tapped, STREAM_HEAD + b"\r\n", request, body="ours")
    assert asked.startswith(b"POST /stream HTTP/1.1\r\n")
    assert asked.endswith(b"\r\n\r\nmine")


# --- what the client gets -----------------------------------------------------------------------------


async def test_a_body_passes_byte_for_byte_as_it_was_packed(tapped: Tapping) -> None:
    packed = gzip.compress(EVENT)
    head = STREAM_HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\nX-Own: 1\r\n\r\n" % len(packed)
    heads: list[bytes] = []
    async with tapped(answering(head + packed, heads)) as tap:
        reader, writer = await tap.send(GET)
        got, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert body == packed
        assert {b"Content-Encoding: gzip", b"X-Own: 1"} <= set(got.split(b"\r\n"))
        assert [(entry.sequence, entry.id) for entry in tap.told("sent")] == [(1, "1")]


async def test_pieces_pass_as_soon_as_they_come(tapped: Tapping) -> None:
    go_on = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await head_of(reader)
        writer.write(CHUNKED)
        await go_on.wait()
        for number in range(3):
            go_on.clear()
            writer.write(chunk(b"%d" % number))
            await go_on.wait()

    async with tapped(talk) as tap, asyncio.timeout(5):
        reader, writer = await tap.send(GET)
        await head_of(reader)  # before any byte of the body
        go_on.set()
        for number in range(3):
            assert await reader.readuntil(b"%d\r\n" % number)
            go_on.set()
        writer.close()


async def test_a_clean_end_stays_clean(tapped: Tapping) -> None:
    heads: list[bytes] = []
    async with tapped(answering(CHUNKED + chunk(EVENT) + b"0\r\n\r\n", heads)) as tap:
        reader, writer = await tap.send(GET)
        assert (await reader.read()).endswith(b"0\r\n\r\n")
        writer.close()
        assert (await tap.until("dropped")).reason == "server_end"


@pytest.mark.parametrize("breaks", ["by a reset", "in the middle of a chunk", "without the last chunk"])
async def test_a_broken_end_is_a_reset(tapped: Tapping, breaks: str) -> None:
    sent = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await head_of(reader)
        writer.write(CHUNKED + chunk(EVENT) + (b"ff\r\nabc" if breaks == "in the middle of a chunk" else b""))
        await sent.wait()
        if breaks == "by a reset":
            writer.transport.abort()

    async with tapped(talk) as tap:
        reader, writer = await tap.send(GET)
        await reader.readuntil(EVENT)
        sent.set()
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        assert (await tap.until("dropped")).reason == "server_reset"


async def test_a_target_that_does_not_answer_answers_nobody(tapped: Tapping) -> None:
    async with tapped(answering(b"")) as tap:
        reader, writer = await tap.send(GET)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        assert [entry.status for entry in tap.told("requested")] == [0]
        assert not tap.told("dropped")


@pytest.mark.parametrize("status", ["204 No Content", "503 Busy", "401 Unauthorized"])
async def test_other_answers_are_passed_on_and_told(tapped: Tapping, status: str) -> None:
    heads: list[bytes] = []
    answer = f"HTTP/1.1 {status}\r\nRetry-After: 3\r\n".encode()
    answer += b"\r\n" if status.startswith("204") else b"Content-Length: 2\r\n\r\nno"
    async with tapped(answering(answer, heads)) as tap:
        reader, writer = await tap.send(GET)
        got = await reader.read()
        writer.close()
        assert got.startswith(f"HTTP/1.1 {status}\r\n".encode())
        assert b"Retry-After: 3" in got
        assert [entry.status for entry in tap.told("requested")] == [int(status[:3])]


# --- both sides feel each other -----------------------------------------------------------------------------


async def test_when_the_client_goes_the_target_is_let_go_at_once(tapped: Tapping) -> None:
    gone = asyncio.Event()

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        await head_of(reader)
        writer.write(CHUNKED + chunk(EVENT))
        assert await reader.read() == b""
        gone.set()

    async with tapped(talk) as tap, asyncio.timeout(5):
        reader, writer = await tap.send(GET)
        await reader.readuntil(EVENT)
        writer.transport.abort()
        await gone.wait()
        assert (await tap.until("dropped")).reason == "client_gone"


async def test_a_client_that_does_not_read_stops_the_target(tapped: Tapping) -> None:
    written = 0

    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        nonlocal written
        await head_of(reader)
        writer.write(STREAM_HEAD + b"\r\n")
        while True:
            writer.write(b":" + b"x" * 65_534 + b"\n")
            await asyncio.wait_for(writer.drain(), 1.0)
            written += 65_536

    async with tapped(talk) as tap:
        reader, writer = await tap.send(GET)
        await reader.read(1)
        await asyncio.sleep(0)
        before = -1
        async with asyncio.timeout(10):
            while before != written or not written:
                before = written
                await asyncio.sleep(0.3)
        assert written < 32 << 20
        writer.transport.abort()


# --- what is told -----------------------------------------------------------------------------


async def test_each_event_is_told_with_the_id_that_stood_on_the_wire(tapped: Tapping) -> None:
    body = b"id: 1\ndata: a\n\ndata: no id\n\nid: x\ndata: c\n\nevent: complete\ndata: {}\n\n"
    answer = CHUNKED + chunk(body) + b"0\r\n\r\n"
    async with tapped(answering(answer)) as tap:
        for request in (GET, GET.replace(b"Host", b"Last-Event-ID: 1\r\nHost")):
            reader, writer = await tap.send(request)
            await reader.read()
            writer.close()
        sent = [(entry.connection, entry.sequence, entry.id, entry.replayed) for entry in tap.told("sent")]
        assert sent[:4] == [
            (1, 1, "1", False),
            (1, None, None, False),
            (1, None, "x", False),
            (1, None, None, False),
        ]
        assert sent[4] == (2, 1, "1", True)
        assert [(entry.sequence, entry.event) for entry in tap.told("emitted")] == [(1, "message")]
        assert [entry.last_event_id for entry in tap.told("requested")] == [None, "1"]
        assert [entry.reason for entry in tap.told("dropped")] == ["complete", "complete"]


async def test_a_redirect_within_the_target_is_made_relative_and_is_no_request_of_its_own(tapped: Tapping) -> None:
    async def talk(reader: StreamReader, writer: StreamWriter) -> None:
        head = await head_of(reader)
        host = head.partition(b"Host: ")[2].partition(b"\r\n")[0]
        writer.write(b"HTTP/1.1 307 Go\r\nContent-Length: 0\r\nLocation: http://%s/new?x=1\r\n\r\n" % host)

    async with tapped(talk) as tap:
        reader, writer = await tap.send(GET)
        assert b"\r\nLocation: /new?x=1\r\n" in await reader.read()
        writer.close()
        assert not tap.told("requested")


async def test_a_redirect_to_elsewhere_ends_the_run(tapped: Tapping) -> None:
    answer = b"HTTP/1.1 302 Go\r\nLocation: http://other.example/x\r\nContent-Length: 0\r\n\r\n"
    async with tapped(answering(answer)) as tap:
        reader, writer = await tap.send(GET)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        with pytest.raises(TargetError, match=r"http://other.example/x, which is another origin"):
            await tap.tap.check_target()


async def test_a_stream_that_can_not_be_read_ends_the_run(tapped: Tapping) -> None:
    async with tapped(answering(STREAM_HEAD + b"Content-Encoding: br\r\n\r\nabc")) as tap:
        reader, writer = await tap.send(GET)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()
        with pytest.raises(TargetError, match="compresses its stream as 'br'"):
            await tap.tap.check_target()


async def test_a_server_of_somebody_else_is_not_killed(tapped: Tapping) -> None:
    async with tapped(answering(b"")) as tap:
        await tap.tap.check_target()
        with pytest.raises(TargetError, match="can't be killed"):
            await tap.tap.crash()
        with pytest.raises(TargetError, match="can't be started"):
            await tap.tap.restart()
