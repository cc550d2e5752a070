"""A protocol that notes what it is called with, and pairs of them connected to each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

Note = str | bytes | tuple[str, str]


class Recorder(asyncio.Protocol):
    """Notes its calls; data that comes in several pieces is noted as one, since pieces mean nothing in TCP."""

    def __init__(self, *, keep_open: bool = False) -> None:
        self.notes: list[Note] = []
        self.keep_open = keep_open
        self._changed = asyncio.Event()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._note("made")

    def data_received(self, data: bytes) -> None:
        if self.notes and isinstance(self.notes[-1], bytes):
            self.notes[-1] += data
        else:
            self.notes.append(data)
        self._changed.set()

    def eof_received(self) -> bool:
        self._note("eof")
        return self.keep_open

    def pause_writing(self) -> None:
        self._note("pause")

    def resume_writing(self) -> None:
        self._note("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self._note("lost" if exc is None else ("lost", type(exc).__name__))

    def _note(self, note: Note) -> None:
        self.notes.append(note)
        self._changed.set()

    async def until(self, condition: Callable[[Recorder], bool]) -> None:
        """Wait until the notes satisfy `condition`."""
        async with asyncio.timeout(10):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    async def lost(self) -> None:
        """Wait for connection_lost."""
        await self.until(lambda it: any(note == "lost" or note[0] == "lost" for note in it.notes))


@dataclass(frozen=True, slots=True)
class Pair:
    """Both ends of one connection."""

    client: Recorder
    server: Recorder


@asynccontextmanager
async def connected(*, client_keeps_open: bool = False, server_keeps_open: bool = False) -> AsyncIterator[Pair]:
    """A client connected to a server, on whatever loop is running."""
    loop = asyncio.get_running_loop()
    server_side = Recorder(keep_open=server_keeps_open)
    server: Any = await loop.create_server(lambda: server_side, "127.0.0.1", 0)
    try:
        host, port = server.sockets[0].getsockname()
        _, client_side = await loop.create_connection(lambda: Recorder(keep_open=client_keeps_open), host, port)
        await server_side.until(lambda it: bool(it.notes))
        yield Pair(client_side, server_side)
    finally:
        server.close()
        for side in (client_side, server_side):
            side.transport.abort()
            await side.lost()


@pytest.fixture
def pair() -> Callable[..., AbstractAsyncContextManager[Pair]]:
    """`async with pair() as ends:` gives `ends.client` and `ends.server`."""
    return connected


@pytest.fixture
def recorder() -> type[Recorder]:
    """The class of a protocol that notes its calls."""
    return Recorder
