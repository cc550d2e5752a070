"""A connection that takes nothing costs a bounded amount of memory, for a bounded time."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ssechaos.model import ServerSettings
from ssechaos.server import Connection
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SIZE = 20_000
SETTINGS = ServerSettings(send_buffer=100_000, send_timeout=5, history=10_000)


class Watched(Connection):
    """Notes how much waited when it was cut, and how much the kernel was allowed to hide."""

    waited = 0
    kernel_buffer = 0

    def cut(self, reason: str) -> None:
        if reason == "slow_consumer":
            sock = self._transport.get_extra_info("socket")
            type(self).waited = self._transport.get_write_buffer_size()
            type(self).kernel_buffer = sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        super().cut(reason)


@asynccontextmanager
async def frozen(url: str, query: str) -> AsyncIterator[asyncio.StreamReader]:
    """A client that asks, and then reads only what it is told to."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1000)
    writer.write(f"GET /stream?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    try:
        yield reader
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


def test_a_reader_that_takes_nothing_is_cut_after_the_timeout(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with frozen(visitor.server.url, f"stream=a&events=1000&interval=0.01&size={SIZE}"):
            await asyncio.sleep(5)
            assert notes.ends == []
            await asyncio.sleep(2)
            assert notes.ends == [(1, "slow_consumer")]

    visit(story, SETTINGS, connection=Watched)
    assert SETTINGS.send_buffer < Watched.waited <= SETTINGS.send_buffer + SIZE + 100


def test_few_waiting_bytes_are_enough_to_be_cut(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with frozen(visitor.server.url, f"stream=a&events=5&interval=0.1&size={SIZE}"):
            await asyncio.sleep(8)
            assert notes.ends == [(1, "slow_consumer")]

    visit(story, SETTINGS)


def test_a_reader_that_takes_a_little_now_and_then_is_kept(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with frozen(visitor.server.url, f"stream=a&events=1000&interval=0.01&size={SIZE}") as reader:
            for _ in range(15):
                await asyncio.sleep(3)
                await reader.readexactly(80_000)  # more than a window, so that the server sees it
            assert notes.ends == []

    visit(story, SETTINGS)


def test_a_slow_reader_is_told_what_was_evicted_meanwhile(visit: Any) -> None:
    async def story(visitor: Any) -> bytes:
        async with frozen(visitor.server.url, f"stream=a&events=100&interval=0.01&size={SIZE}") as reader:
            await asyncio.sleep(3)
            received = b""
            while b"event: complete" not in received:
                received += await reader.read(SIZE)
            return received

    received = visit(story, ServerSettings(send_buffer=100_000, history=10))
    told: list[int] = []
    for event in Parser().feed(received[received.index(b"retry:") :].replace(b"\r\n", b"\n")):
        if event.event == "gap":
            gap = json.loads(event.data)
            assert gap["reason"] == "evicted"
            told.extend(range(gap["from"], gap["to"] + 1))
        elif event.id:
            told.append(int(event.id))
    assert told == list(range(1, 101))
    assert received.count(b"event: gap") == 1


def test_a_slow_reader_does_not_hold_up_others(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        query = f"stream=a&events=100&interval=0.01&size={SIZE}"
        async with frozen(visitor.server.url, query):
            began = asyncio.get_running_loop().time()
            assert (await visitor.read(query)).ids == list(range(1, 101))
            assert asyncio.get_running_loop().time() - began < 1.1

    visit(story, SETTINGS)


async def test_a_real_socket_that_is_not_read_is_cut_and_reset(real_visit: Any, notes: Any) -> None:
    settings = ServerSettings(send_buffer=100_000, send_timeout=0.4)
    async with real_visit(settings, connection=Watched) as visitor:
        host, port = visitor.server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"GET /stream?stream=a&events=100000&interval=0&size=20000 HTTP/1.1\r\nHost: x\r\n\r\n")
            await notes.until(lambda: bool(notes.ends))
        assert notes.ends == [(1, "slow_consumer")]
    assert settings.send_buffer < Watched.waited <= settings.send_buffer + SIZE + 100
    assert Watched.kernel_buffer <= 2 * 64 * 1024  # Linux doubles what is asked for (socket(7))
