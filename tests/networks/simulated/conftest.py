"""A protocol that notes what it is called with, and pairs of them connected to each other."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

Note = str | bytes | tuple[str, str]


class Recorder(asyncio.Protocol):
    """Notes its calls; data that comes in several pieces is noted as one, since pieces mean nothing in TCP."""

    def __init__(self, *, keep_open: bool = False) -> None:
        self._notes: list[Note] = []
        self.keep_open = keep_open
        self._changed = asyncio.Event()

    @property
    def notes(self) -> list[Note]:
        """What was noted so far."""
        return list(self._notes)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._note("made")

    def data_received(self, data: bytes) -> None:
        if self._notes and isinstance(self._notes[-1], bytes):
            self._notes[-1] += data
        else:
            self._notes.append(data)
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
        self._notes.append(note)
        self._changed.set()

    async def until(self, condition: Callable[[Recorder], bool]) -> None:
        """Wait until the notes satisfy `condition`."""
        async with asyncio.timeout(10):
            while not condition(self):
                self._changed.clear()
                await self._changed.wait()

    @property
    def is_lost(self) -> bool:
        """Whether connection_lost was called."""
        return any(note == "lost" or note[0] == "lost" for note in self._notes)

    async def lost(self) -> None:
        """Wait for connection_lost."""
        await self.until(lambda it: it.is_lost)


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
            if not side.is_lost:
                side.transport.abort()
                await side.lost()


@pytest.fixture
def pair() -> Callable[..., AbstractAsyncContextManager[Pair]]:
    """What connects two recorders; its context gives the `client` and the `server`."""
    return connected


def send_reset(transport: asyncio.WriteTransport) -> None:
    """Break a connection with RST, which works on every loop: abort() alone sends FIN on real sockets."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


@pytest.fixture
def reset() -> Callable[[asyncio.WriteTransport], None]:
    """What breaks a connection with RST."""
    return send_reset


@pytest.fixture
def recorder() -> type[Recorder]:
    """The class of a protocol that notes its calls."""
    return Recorder
