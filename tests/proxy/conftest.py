"""A proxy between scripted clients and a scripted server, on real sockets and in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from ssechaos.faults.base import AnswerFault, Direction, End, Gate, LinkFault, PathFault, Pipe, Segment, Strike
from ssechaos.networks import simulated
from ssechaos.proxy import Observer, Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

    Program = Callable[["Setup"], Coroutine[Any, Any, None]]

LIMIT = 20.0


class Stream:
    """One end of a connection, to be scripted."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def receive(self, size: int) -> bytes:
        return await self._reader.readexactly(size)

    async def rest(self) -> bytes:
        return await self._reader.read()

    async def hears_nothing(self, seconds: float = 0.2) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._reader.read(1)
        except TimeoutError:
            return True
        return False

    def finish(self) -> None:
        self.writer.write_eof()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def end(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Server:
    """A server that does what the test says."""

    def __init__(self) -> None:
        self._accepted: asyncio.Queue[Stream] = asyncio.Queue()
        self._streams: list[Stream] = []
        self._server: asyncio.Server
        self.address: tuple[str, int]

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        self.address = self._server.sockets[0].getsockname()[:2]

    def stop(self) -> None:
        self._server.close()

    async def accepted(self) -> Stream:
        async with asyncio.timeout(5):
            return await self._accepted.get()

    async def end(self) -> None:
        self.stop()
        for stream in self._streams:
            await stream.end()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        stream = Stream(reader, writer)
        self._streams.append(stream)
        self._accepted.put_nowait(stream)


@dataclass
class Seen(Observer):
    """Everything that the proxy told."""

    events: list[tuple[Any, ...]] = field(default_factory=list)

    def opened(self, connection: int) -> None:
        self.events.append(("opened", connection))

    def closed(self, connection: int, how: str) -> None:
        self.events.append(("closed", connection, how))

    def struck(self, key: Any, connection: int | None, what: str) -> None:
        self.events.append(("struck", key, connection, what))


@dataclass
class Setup:
    """A proxy before a server."""

    proxy: Proxy
    server: Server
    stack: AsyncExitStack
    leave: Callable[[], Coroutine[Any, Any, None]]

    async def client(self) -> Stream:
        stream = Stream(*await asyncio.open_connection(*self.proxy.address))
        self.stack.push_async_callback(stream.end)
        return stream

    async def pair(self) -> tuple[Stream, Stream]:
        client = await self.client()
        return client, await self.server.accepted()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():  # noqa: ASYNC110 - counters tell nobody when they change
                await asyncio.sleep(0.005)


async def _through_a_proxy(program: Program) -> list[tuple[Any, ...]]:
    """Play a program between a proxy's two sides; return all that the proxy told."""
    server, seen = Server(), Seen()
    await server.start()
    try:
        async with AsyncExitStack() as leaving, AsyncExitStack() as stack:
            proxy = await leaving.enter_async_context(Proxy(server.address, observer=seen))
            await program(Setup(proxy, server, stack, leaving.aclose))
    finally:
        await server.end()
    return seen.events


def _on_sockets(program: Program) -> list[tuple[Any, ...]]:
    async def limited() -> list[tuple[Any, ...]]:
        async with asyncio.timeout(LIMIT):
            return await _through_a_proxy(program)

    return asyncio.run(limited())


def _in_virtual_time(program: Program) -> list[tuple[Any, ...]]:
    return simulated.run(_through_a_proxy(program))


@pytest.fixture(params=[_on_sockets, _in_virtual_time], ids=["sockets", "virtual"])
def play(request: pytest.FixtureRequest) -> Any:
    """Play a program on a proxy twice: in real time on real sockets, and in virtual time."""
    return request.param


@pytest.fixture
def play_on_sockets() -> Any:
    """Play a program on a proxy on real sockets only."""
    return _on_sockets


# Faults as simple as can be: the real ones have tests of their own.


class _Hold(Pipe):
    def __init__(self) -> None:
        self._segments: list[Segment] = []

    @property
    def held(self) -> int:
        return sum(len(segment.data) for segment in self._segments)

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._segments.append(segment)
        return ()

    def release(self, now: float) -> Iterable[Segment]:
        return [Segment(now, segment.data, segment.end) for segment in self._segments]


class _Late(Pipe):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def feed(self, segment: Segment) -> Iterable[Segment]:
        return (Segment(segment.at + self._seconds, segment.data, segment.end),)


class _CutAfter(Pipe):
    def __init__(self, end: End) -> None:
        self._end = end

    def feed(self, segment: Segment) -> Iterable[Segment]:
        return (Segment(segment.at, segment.data, self._end),)


class _Fail(Pipe):
    def feed(self, segment: Segment) -> Iterable[Segment]:
        raise ZeroDivisionError(f"a bug at {segment.at}")


class Hold(LinkFault):
    kind: ClassVar[str] = "hold"

    def pipe(self, context: Any) -> Pipe:
        context.tally["pipes"] += 1
        return _Hold()


class Late(LinkFault):
    kind: ClassVar[str] = "late"
    seconds: ClassVar[float] = 0.1

    def pipe(self, context: Any) -> Pipe:
        context.tally["pipes"] += 1
        return _Late(self.seconds)


class Cut(LinkFault):
    kind: ClassVar[str] = "cut"
    end: ClassVar[End] = End.FIN

    def pipe(self, context: Any) -> Pipe:  # noqa: ARG002 - the face of all faults
        return _CutAfter(self.end)


class CutByReset(Cut):
    kind: ClassVar[str] = "cut-by-reset"
    end: ClassVar[End] = End.RST


class Fail(LinkFault):
    kind: ClassVar[str] = "fail"

    def pipe(self, context: Any) -> Pipe:  # noqa: ARG002 - the face of all faults
        return _Fail()


class Broken(LinkFault):
    kind: ClassVar[str] = "broken"

    def pipe(self, context: Any) -> Pipe:
        raise ZeroDivisionError(f"no pipe {context.direction}")


class Down(PathFault):
    kind: ClassVar[str] = "down"
    gate: ClassVar[Gate] = Gate.REFUSE
    strike: ClassVar[Strike | None] = Strike.RESET


class Unreachable(PathFault):
    kind: ClassVar[str] = "unreachable"
    gate: ClassVar[Gate] = Gate.HANG
    strike: ClassVar[Strike | None] = Strike.DEAD


class Moved(PathFault):
    kind: ClassVar[str] = "moved"
    strike: ClassVar[Strike | None] = Strike.DEAD

    def afterwards(self) -> tuple[LinkFault, ...]:
        return (Late(direction=Direction.DOWNSTREAM),)


class Unavailable(AnswerFault):
    kind: ClassVar[str] = "unavailable"
    answer: ClassVar[bytes] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    def response(self) -> bytes:
        return self.answer


@pytest.fixture
def faults() -> SimpleNamespace:
    return SimpleNamespace(
        **{
            fault.__name__: fault
            for fault in (Hold, Late, Cut, CutByReset, Fail, Broken, Down, Unreachable, Moved, Unavailable)
        }
    )
