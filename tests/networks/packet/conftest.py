"""Real paths need Linux and root; without them the tests that use one are skipped, and say why."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Recorder
from ssechaos.networks import NETWORKS
from ssechaos.networks.packets.abilities import abilities
from ssechaos.networks.packets.plan import Plan, plan

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import AbstractAsyncContextManager


@pytest.fixture
def real() -> None:
    """The test needs what real namespaces need."""
    _skip_where_impossible()


@pytest.fixture
def laid() -> Plan:
    """Path 3 of process 7 on a machine that has no routes."""
    return plan(7, 3, [IPv4Network("127.0.0.0/8")])


@dataclass
class Server:
    """Sends a greeting, then as many bytes as each line that it gets asks for, and what a test writes itself."""

    greeting: bytes
    url: str = ""
    calls: list[str] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    _server: Any = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def end(self) -> None:
        self._server.close()
        for writer in self.writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def crash(self) -> None:
        self.calls.append("crash")

    async def restart(self) -> None:
        self.calls.append("restart")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(self.greeting)
        with suppress(ConnectionError):
            while asked := await reader.readline():
                writer.write(bytes(int(asked)))
        writer.close()


@dataclass
class Scene:
    """A real path to a server, and what was recorded on it."""

    path: Any
    server: Server
    record: Recorder

    def entries(self, kind: type) -> list[Any]:
        return [entry for entry in self.record.entries if isinstance(entry, kind)]

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """A client, once it is greeted."""
        host, _, port = self.path.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            async with asyncio.timeout(10):
                assert await reader.readexactly(len(self.server.greeting)) == self.server.greeting
            yield reader, writer
        finally:
            writer.transport.abort()

    async def attempt(self, within: float) -> str:
        """What meets a new connection."""
        try:
            async with asyncio.timeout(within), self.connected():
                return "accepted"
        except ConnectionRefusedError:
            return "refused"
        except TimeoutError:
            return "left hanging"


@asynccontextmanager
async def scene(greeting: bytes) -> AsyncIterator[Scene]:
    """A server behind a real path."""
    server = Server(greeting)
    await server.start()
    record = Recorder(asyncio.get_running_loop().time)
    try:
        async with NETWORKS["packet"]().open(server, record, "7:test") as path:
            yield Scene(path, server, record)
    finally:
        await server.end()


@pytest.fixture
def opened() -> Callable[[bytes], AbstractAsyncContextManager[Scene]]:
    """Opens a real path to a server that greets so."""
    _skip_where_impossible()
    return scene


@pytest.fixture
async def on_path(opened: Any) -> AsyncIterator[Scene]:
    async with opened(b"hello") as made:
        yield made


def _skip_where_impossible() -> None:
    reason = abilities().nothing
    if reason is not None:
        pytest.skip(reason)
