"""An SSE source as light as it can be: it measures what is behind it, not itself."""

from __future__ import annotations

import asyncio
from itertools import cycle
from typing import TYPE_CHECKING, Self

from bench.measure.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EVENT_SIZE = 200
"""Bytes of each event on the wire."""

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Filler: ".ljust(EVENT_SIZE - 4, b".") + b"\r\n\r\n"
)
"""The response's head, as long as an event, so that a sink has pieces of one size only."""

_BATCH = 64
"""Writes after which others get their turn: few enough for low latency, many enough not to measure the loop."""
_TICK = 0.005
_PATIENCE = 30.0


def event(text: str) -> bytes:
    """An event whose data begins with ``text``, of ``EVENT_SIZE`` bytes."""
    return b"data: " + text.encode().ljust(EVENT_SIZE - 8) + b"\n\n"


class Stream(asyncio.Protocol):
    """The server's end of one stream; the path of the request is its number."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.number = -1
        self.ready = True
        """Whether the client keeps up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self.write = transport.write

    def data_received(self, data: bytes) -> None:
        """The client asked; a request as small as ours comes whole."""
        self.number = int(data.split()[1].removeprefix(b"/"))
        self.write(HEAD)
        self._source.streams.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - it is the client that ends
        """The client is gone."""
        self._source.streams.discard(self)

    def pause_writing(self) -> None:
        """The client does not keep up."""
        self.ready = False

    def resume_writing(self) -> None:
        """The client has caught up."""
        self.ready = True


class Source:
    """A server of streams; an asynchronous context manager."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Stream(self), "127.0.0.1", 0, backlog=4096)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        host, port = self._server.sockets[0].getsockname()
        return host, port

    async def settle(self, count: int) -> None:
        """Wait until ``count`` streams are open.

        Raises:
            BenchError: it takes too long.
        """
        await wait_until(lambda: len(self.streams) == count, f"{count} streams at the source")

    async def saturate(self, seconds: float) -> None:
        """Send as much as is taken: to each stream in turn, an event at a time."""
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        data = event("as many as can be")
        turns = cycle(tuple(self.streams))
        while clock() < end:
            for _ in range(_BATCH):
                stream = next(turns)
                if stream.ready:
                    stream.write(data)
            await asyncio.sleep(0)

    async def pace(self, seconds: float, rate: float) -> None:
        """Send ``rate`` events per second in all, evenly, each with the time at which it was sent."""
        clock = asyncio.get_running_loop().time
        begin = clock()
        turns = cycle(tuple(self.streams))
        sent = 0
        while sent < seconds * rate:
            for _ in range(int((clock() - begin) * rate) + 1 - sent):
                next(turns).write(event(repr(clock())))
                sent += 1
            await asyncio.sleep(_TICK if rate * _TICK > 1 else 1 / rate)

    async def deliver(self, count: int) -> None:
        """Send ``count`` events to each stream, each event with the stream's number and its own."""
        for number in range(count):
            for batch in _batches(tuple(self.streams)):
                for stream in batch:
                    stream.write(numbered(stream.number, number))
                await asyncio.sleep(0)


def numbered(stream: int, number: int) -> bytes:
    """The event ``number`` of a stream, unlike all others."""
    return event(f"stream {stream} event {number}")


async def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds.

    Raises:
        BenchError: it takes too long.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            while not holds():  # noqa: ASYNC110 - what is waited for are the changes of thousands of objects
                await asyncio.sleep(_TICK)
    except TimeoutError:
        raise BenchError(f"waited {_PATIENCE} s for {what}, in vain") from None


def _batches(streams: tuple[Stream, ...]) -> Iterator[tuple[Stream, ...]]:
    for start in range(0, len(streams), _BATCH):
        yield streams[start : start + _BATCH]
