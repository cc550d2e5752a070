"""The embedded network plays steps on the proxy, and the history says what they did."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import NetworkError, UsageError
from ssechaos.faults.base import LinkFault, Pipe
from ssechaos.faults.down import Down
from ssechaos.faults.reset import Reset
from ssechaos.faults.server_restart import ServerRestart
from ssechaos.faults.stall import Stall
from ssechaos.model import FAULTS, Fault, Recorder, Step
from ssechaos.model.entries import Closed, FaultStruck, Opened
from ssechaos.networks import NETWORKS
from ssechaos.networks.embedded import FAMILIES
from ssechaos.networks.simulated import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Greeting(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        transport.write(b"hello")


class Server:
    """Greets whoever connects; is crashed and started again at the same address."""

    def __init__(self) -> None:
        self.url = "http://127.0.0.1:8000"
        self.calls: list[str] = []
        self._server: Any

    async def crash(self) -> None:
        self.calls.append("crash")
        self._server.close()

    async def restart(self) -> None:
        self.calls.append("restart")
        await self.start()

    async def start(self) -> None:
        self._server = await asyncio.get_running_loop().create_server(Greeting, "127.0.0.1", 8000)

    async def end(self) -> None:
        self._server.close()
        self._server.abort_clients()


def play(program: Any) -> tuple[Recorder, list[str]]:
    """Play a program on a path to a server, in virtual time; return what was recorded and what the server did."""

    async def main() -> tuple[Recorder, list[str]]:
        server = Server()
        await server.start()
        record = Recorder(asyncio.get_running_loop().time)
        async with NETWORKS["embedded"]().open(server, record, "7:test") as path:
            await program(path)
        await server.end()
        return record, server.calls

    return run(main())


@asynccontextmanager
async def connected(path: Any) -> AsyncIterator[asyncio.StreamReader]:
    host, _, port = path.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def greeting(path: Any) -> bytes:
    async with connected(path) as reader:
        return await reader.readexactly(5)


def test_a_healthy_path_leads_to_the_server() -> None:
    async def program(path: Any) -> None:
        assert await greeting(path) == b"hello"
        await path.check()

    record, _ = play(program)
    assert [type(entry) for entry in record.entries] == [Opened, Closed]


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_every_fault_of_the_registry_is_of_a_family_that_it_makes(kind: str) -> None:
    assert issubclass(FAULTS[kind], FAMILIES)


def test_a_fault_of_no_known_family_is_refused() -> None:
    class Odd(Fault):
        kind = "odd"

    assert "'odd'" in str(NETWORKS["embedded"]().refuses(Odd()))


def test_steps_are_told_apart_by_their_number() -> None:
    async def program(path: Any) -> None:
        async with connected(path) as reader:
            await reader.readexactly(5)
            await path.begin(4, Step(Stall()))
            await path.begin(5, Step(Reset()))
            with pytest.raises(ConnectionResetError):
                await reader.read()
        assert (await path.end(5))["connections_broken"] == 1
        assert (await path.end(4))["bytes_held"] == 0

    record, _ = play(program)
    assert [(entry.step, entry.connection) for entry in record.entries if isinstance(entry, FaultStruck)] == [
        (5, 1)
    ]
    assert [entry.how for entry in record.entries if isinstance(entry, Closed)] == ["RST"]


def test_a_server_fault_crashes_the_server_and_starts_it_again() -> None:
    async def program(path: Any) -> None:
        await path.begin(0, Step(ServerRestart()))
        async with connected(path) as reader:
            with pytest.raises(ConnectionResetError):
                await reader.read()
        assert await path.end(0) == {"crashes": 1}
        assert await greeting(path) == b"hello"

    _, calls = play(program)
    assert calls == ["crash", "restart"]


def test_a_server_stays_dead_until_the_last_of_overlapping_server_faults_ends() -> None:
    async def program(path: Any) -> None:
        await path.begin(0, Step(ServerRestart()))
        await path.begin(1, Step(ServerRestart()))
        assert await path.end(0) == {"crashes": 1}
        async with connected(path) as reader:
            with pytest.raises(ConnectionResetError):
                await reader.read()
        await path.end(1)
        assert await greeting(path) == b"hello"

    _, calls = play(program)
    assert calls == ["crash", "restart"]


def test_leaving_ends_what_is_in_force() -> None:
    async def program(path: Any) -> None:
        await path.begin(0, Step(ServerRestart()))
        await path.begin(1, Step(Down()))

    _, calls = play(program)
    assert calls == ["crash", "restart"]


def test_a_broken_network_says_so() -> None:
    class Bug(LinkFault):
        kind = "bug"

        def pipe(self, context: Any) -> Pipe:
            raise ZeroDivisionError(context.direction)

    async def program(path: Any) -> None:
        await path.begin(0, Step(Bug()))
        async with connected(path) as reader:
            with pytest.raises(ConnectionResetError):
                await reader.read()
        with pytest.raises(NetworkError, match="ZeroDivisionError"):
            await path.check()

    play(program)


def test_the_same_seed_does_the_same() -> None:
    async def program(path: Any) -> None:
        for _ in range(5):
            await greeting(path)

    assert play(program)[0].entries == play(program)[0].entries


@pytest.mark.parametrize("url", ["ftp://example.org", "http://", "example.org:80"])
async def test_a_server_without_a_web_address_is_refused(url: str) -> None:
    server = Server()
    server.url = url
    with pytest.raises(UsageError, match="http://HOST"):
        async with NETWORKS["embedded"]().open(server, Recorder(lambda: 0.0), "7"):
            pass
