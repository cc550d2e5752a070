"""Servers to be targets: raw ones, of which every byte is written in the test, and small applications."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ssechaos.model import ClientPolicy, Clients, History, Recorder, Scenario, ServerSettings, Step, Workload
from ssechaos.networks import NETWORKS
from ssechaos.recording import ServerRecorder
from ssechaos.runner import play
from ssechaos.setups import Setup
from ssechaos.target.options import Asked
from ssechaos.target.source import Target

if TYPE_CHECKING:
    from ssechaos.target.tap import Tap

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What a raw server does with one connection."""

STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"


@dataclass
class Tapped:
    """A tap in front of a raw server, and what it recorded."""

    tap: Tap
    record: Recorder

    async def send(self, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Send the bytes of a request."""
        reader, writer = await asyncio.open_connection("127.0.0.1", int(self.tap.url.rpartition(":")[2]))
        writer.write(request)
        return reader, writer

    def told(self, kind: str) -> list[Any]:
        """The entries of one kind."""
        return [entry for entry in self.record.entries if entry.kind == kind]

    async def until(self, kind: str) -> Any:
        """The first entry of one kind, once it is there."""
        async with asyncio.timeout(5):
            while not self.told(kind):  # noqa: ASYNC110 - a recorder sets no event
                await asyncio.sleep(0.001)
        return self.told(kind)[0]


@asynccontextmanager
async def _tapped(talk: Talk, **asked: Any) -> AsyncIterator[Tapped]:
    """A tap in front of a server that answers the first look as a stream, and then does what ``talk`` does."""
    looked = False
    talking: list[asyncio.Task[None]] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal looked
        if looked:
            talking.append(asyncio.current_task())  # type: ignore[arg-type]
            await talk(reader, writer)
        else:
            looked = True
            await reader.readuntil(b"\r\n\r\n")
            writer.write(STREAM_HEAD + b"\r\n")
            await reader.read()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    record = Recorder(asyncio.get_running_loop().time)
    target = Target(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/stream", Asked(**asked), {})
    async with server:
        async with target.open(ServerSettings(), ServerRecorder(record), Random(1)) as tap:
            yield Tapped(tap, record)
        await asyncio.gather(*talking, return_exceptions=True)


Tapping = Callable[..., AbstractAsyncContextManager[Tapped]]
Played = Callable[..., Awaitable[History]]


@pytest.fixture
def tapped() -> Tapping:
    """A context that opens a tap in front of a raw server."""
    return _tapped


@pytest.fixture
def play_against() -> Played:
    """Play a schedule against an application with these routes, on the embedded network."""

    async def run(
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
        *schedule: Step,
        deadline: float = 10.0,
        serving: Callable[[web.Application], AbstractAsyncContextManager[Any]] | None = None,
        environment: dict[str, str] | None = None,
        client: Any = None,
        **asked: Any,
    ) -> History:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", handler)
        async with (serving or _server)(application) as server:
            target = Target(str(server.make_url("/stream?x=1")), Asked(**asked), environment or {})
            scenario = Scenario(
                name="story",
                does="for a test",
                schedule=schedule,
                deadline=deadline,
                workload=Workload(events=1),
                clients=Clients(policy=ClientPolicy(backoff=(0.1,))),
            )
            setup = Setup(network=NETWORKS["embedded"](), source=target)
            if client is not None:
                setup = Setup(network=setup.network, source=target, client=client, client_name="ours")
            return await play(scenario, setup, seed=1)

    return run


def _server(application: web.Application) -> TestServer:
    return TestServer(application, host="127.0.0.1")
