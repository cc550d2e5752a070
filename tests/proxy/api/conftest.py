"""API servers, ours and Toxiproxy's own, and what stands behind their proxies."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from ssechaos.networks.toxics import binary
from ssechaos.proxy.api import api_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NO_SERVER = f"NOT RUN: no toxiproxy-server on the PATH and none in {binary.VARIABLE}; see docs/toxiproxy.md"


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Api:
    """A client of one server, which shows everything."""

    url: str
    session: aiohttp.ClientSession

    async def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        asked = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, self.url + path, data=data, headers=asked) as answer:
            return Answer(answer.status, dict(answer.headers), await answer.text())

    async def proxy(self, upstream: tuple[str, int], **settings: Any) -> tuple[str, int]:
        """Make a proxy named ``p``; return where it listens."""
        wanted = {"name": "p", "listen": "127.0.0.1:0", "upstream": f"{upstream[0]}:{upstream[1]}", **settings}
        answer = await self("POST", "/proxies", wanted)
        assert answer.status == 201, answer.text
        host, _, port = answer.json["listen"].rpartition(":")
        return host, int(port)

    async def toxic(
        self, kind: str, toxicity: float = 1.0, stream: str = "downstream", **attributes: Any
    ) -> Answer:
        """Add a toxic to ``p``."""
        toxic = {"type": kind, "toxicity": toxicity, "stream": stream, "attributes": attributes}
        answer = await self("POST", "/proxies/p/toxics", toxic)
        assert answer.status == 200, answer.text
        return answer


@dataclass
class Behind:
    """A server that does what the test says."""

    address: tuple[str, int] = ("", 0)
    accepted: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(
        default_factory=asyncio.Queue
    )
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    greeting: bytes = b""
    """What every connection is sent at once."""

    async def pair(self, address: tuple[str, int]) -> tuple[Any, Any]:
        """A connection through a proxy: the client's streams and the server's."""
        client = await asyncio.open_connection(*address)
        self.writers.append(client[1])
        async with asyncio.timeout(5):
            server = await self.accepted.get()
        return client, server

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        writer.write(self.greeting)
        self.accepted.put_nowait((reader, writer))


@pytest.fixture
async def ours() -> AsyncIterator[Api]:
    """Our server."""
    async with api_server(seed=7) as url, aiohttp.ClientSession() as session:
        yield Api(url, session)


@pytest.fixture
async def real() -> AsyncIterator[Api]:
    """Toxiproxy's own server."""
    if binary.missing():
        pytest.skip(NO_SERVER)
    async with binary.own_server() as server, aiohttp.ClientSession() as session:
        host, port = server.client.address
        yield Api(f"http://{host}:{port}", session)


@pytest.fixture
async def behind() -> AsyncIterator[Behind]:
    """What stands behind the proxies."""
    made = Behind()
    async with AsyncExitStack() as stack:
        server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
        stack.callback(server.close)
        made.address = server.sockets[0].getsockname()[:2]
        yield made
        for writer in made.writers:
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
