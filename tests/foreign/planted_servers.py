"""Twenty events from a server of somebody else's make: once as it should be, and with one mistake each.

A stream is written as text, so that any framework can serve it: asyncio alone, or Starlette where it is installed.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.requests import Request

EVENTS = 20
INTERVAL = 0.1
KEPT = 3
"""Events that a server with a short history keeps."""

Stream = Callable[[int], AsyncIterator[str]]
"""From the last event that a client has, 0 for none, to what it is sent."""

COMPLETE = "event: complete\ndata: \n\n"


def event(number: int, event_id: int | None = None) -> str:
    return f"id: {event_id or number}\ndata: event {number}\n\n"


def rest(after: int) -> range:
    return range(after + 1, EVENTS + 1)


async def correct(after: int) -> AsyncIterator[str]:
    for number in rest(after):
        yield event(number)
        await asyncio.sleep(INTERVAL)
    yield COMPLETE


async def with_comments(after: int) -> AsyncIterator[str]:
    """A pause that is too long to be silent, and is not."""
    for number in rest(after):
        for _ in range(8 if number == 10 else 0):
            yield ": alive\n\n"
            await asyncio.sleep(0.25)
        yield event(number)
        await asyncio.sleep(INTERVAL)
    yield COMPLETE


async def loses(after: int) -> AsyncIterator[str]:
    async for text in correct(after):
        if text != event(3):
            yield text


async def doubles(after: int) -> AsyncIterator[str]:
    async for text in correct(after):
        yield text
        if text == event(12):
            yield text


async def swaps(after: int) -> AsyncIterator[str]:
    early = {12: 13, 13: 12}
    for number in rest(after):
        yield event(early.get(number, number))
        await asyncio.sleep(INTERVAL)
    yield COMPLETE


async def falls_silent(after: int) -> AsyncIterator[str]:
    """Silent before event 10, unless that is where the stream goes on."""
    async for text in correct(after):
        if text == event(10) and after != 9:
            await asyncio.sleep(5.0)
        yield text


async def ignores_last_event_id(_: int) -> AsyncIterator[str]:
    async for text in correct(0):
        yield text


async def resumes_late(after: int) -> AsyncIterator[str]:
    async for text in correct(after + 1 if after else 0):
        yield text


async def resumes_early(after: int) -> AsyncIterator[str]:
    async for text in correct(max(0, after - 1)):
        yield text


async def holds_back(after: int) -> AsyncIterator[str]:
    """Nine events at a time, each time after two seconds and a bit."""
    held: list[str] = []
    for number in rest(after):
        held.append(event(number))
        if len(held) == 9:
            await asyncio.sleep(2.2)
            yield "".join(held)
            held.clear()
    yield "".join(held) + COMPLETE


def forgets() -> Stream:
    """Produces on while nobody listens, keeps the last few events, and says nothing of the others."""
    began: list[float] = []

    async def stream(after: int) -> AsyncIterator[str]:
        now = asyncio.get_running_loop().time
        began.append(now())
        produced = min(EVENTS, int((now() - began[0]) / INTERVAL))
        for number in range(max(after, produced - KEPT) + 1, EVENTS + 1):
            if number > produced:
                await asyncio.sleep(INTERVAL)
            yield event(number)
        yield COMPLETE

    return stream


async def restarts_ids(after: int) -> AsyncIterator[str]:
    """Each connection counts from 1."""
    for event_id, number in zip(count(1), rest(after), strict=False):
        yield event(number, event_id)
        await asyncio.sleep(INTERVAL)
    yield COMPLETE


async def ends_unmarked(after: int) -> AsyncIterator[str]:
    async for text in correct(after):
        if text != COMPLETE:
            yield text


async def has_no_ids(_: int) -> AsyncIterator[str]:
    for number in rest(0):
        yield f"data: word {number}\n\n"
        await asyncio.sleep(INTERVAL)
    yield "data: [DONE]\n\n"


Serving = Callable[[Stream], AbstractAsyncContextManager[str]]
"""Serves one stream for as long as the context lasts; gives its URL."""


@asynccontextmanager
async def by_asyncio(stream: Stream) -> AsyncIterator[str]:
    """Serve with nothing but the standard library."""
    talking: set[asyncio.Task[Any] | None] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking.add(asyncio.current_task())
        # The client is gone, or the test is over; a cancelled task would be reported as an error by asyncio.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await _answer(stream, reader, writer)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/events"
        for task in filter(None, talking):
            task.cancel()
        await asyncio.gather(*filter(None, talking))


async def _answer(stream: Stream, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    asked = [line.partition(":")[2] for line in head.splitlines() if line.startswith("last-event-id:")]
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    async for text in stream(int(asked[0]) if asked else 0):
        writer.write(b"%x\r\n%s\r\n" % (len(text), text.encode()))
        await writer.drain()
    writer.write(b"0\r\n\r\n")
    await writer.drain()


@asynccontextmanager
async def by_starlette(stream: Stream) -> AsyncIterator[str]:
    """Serve with Starlette and uvicorn."""
    from starlette.applications import Starlette  # noqa: PLC0415 - not everybody has it
    from starlette.responses import StreamingResponse  # noqa: PLC0415
    from starlette.routing import Route  # noqa: PLC0415

    async def answer(request: Request) -> StreamingResponse:
        after = int(request.headers.get("Last-Event-ID", 0))
        return StreamingResponse(stream(after), media_type="text/event-stream")

    async with running(Starlette(routes=[Route("/events", answer)])) as url:
        yield f"{url}/events"


@asynccontextmanager
async def running(app: Any) -> AsyncIterator[str]:
    """An ASGI application, run by uvicorn on a free port; its URL."""
    import uvicorn  # noqa: PLC0415 - not everybody has it

    listener = socket.create_server(("127.0.0.1", 0))
    settings = {"log_config": None, "log_level": "critical", "ws": "none", "lifespan": "off"}
    server = uvicorn.Server(uvicorn.Config(app, timeout_graceful_shutdown=1, **settings))
    server.capture_signals = nullcontext  # they are for the process, which is pytest's
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for connection in tuple(server.server_state.connections):
            connection.transport.abort()
        server.should_exit = True
        await task
        listener.close()
