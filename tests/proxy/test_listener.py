"""The gate of a listener, on real sockets: refused is refused by the kernel, hung is unanswered by it."""

from __future__ import annotations

import asyncio
import errno
import resource
import socket
import sys
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults.base import Gate
from ssechaos.networks import simulated
from ssechaos.proxy.listener import GatedListener, KernelListener, listen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ssechaos.proxy.listener import Listener

real = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own gates are Linux's")


class Accepted(asyncio.Protocol):
    def __init__(self, made: list[Accepted]) -> None:
        made.append(self)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(b"hi")


@asynccontextmanager
async def listening(
    failures: list[OSError] | None = None, send_buffer: int | None = None
) -> AsyncIterator[tuple[Listener, list[Accepted]]]:
    made: list[Accepted] = []
    noted = [] if failures is None else failures
    listener = await listen(lambda: Accepted(made), noted.append, ("127.0.0.1", 0), send_buffer)
    try:
        yield listener, made
    finally:
        await listener.close()
        for protocol in made:
            protocol.transport.abort()
        await asyncio.sleep(0)


@contextmanager
def knocking(address: tuple[str, int]) -> Iterator[socket.socket]:
    sock = socket.socket()
    sock.settimeout(0)
    try:
        sock.connect_ex(address)
        yield sock
    finally:
        sock.close()


async def greeted(sock: socket.socket) -> bool:
    async with asyncio.timeout(10):
        return await asyncio.get_running_loop().sock_recv(sock, 2) == b"hi"


async def refused(address: tuple[str, int]) -> bool:
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(*address)
    return True


async def hangs(sock: socket.socket) -> bool:
    await asyncio.sleep(0.1)
    with pytest.raises(OSError, match="not connected"):
        sock.getpeername()
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


@real
async def test_a_gate_that_refuses_refuses_and_opens_again_on_the_same_port() -> None:
    async with listening() as (listener, _):
        for _ in range(3):
            listener.set_gate(Gate.REFUSE)
            assert await refused(listener.address)
            listener.set_gate(Gate.ACCEPT)
            with knocking(listener.address) as sock:
                assert await greeted(sock)


@real
async def test_the_port_stays_ours_while_nothing_listens() -> None:
    async with listening() as (listener, _):
        listener.set_gate(Gate.REFUSE)
        with socket.socket() as thief, pytest.raises(OSError, match="in use"):
            thief.bind(listener.address)


@real
async def test_a_gate_that_hangs_leaves_connects_unanswered_until_it_opens() -> None:
    async with listening() as (listener, made):
        listener.set_gate(Gate.HANG)
        with knocking(listener.address) as sock:
            assert await hangs(sock)
            assert not made
            listener.set_gate(Gate.ACCEPT)
            assert await greeted(sock)
        assert len(made) == 1, "our own filler is no client"


@real
async def test_a_gate_can_go_from_hanging_to_refusing_and_back() -> None:
    async with listening() as (listener, made):
        listener.set_gate(Gate.HANG)
        listener.set_gate(Gate.REFUSE)
        assert await refused(listener.address)
        listener.set_gate(Gate.HANG)
        with knocking(listener.address) as sock:
            assert await hangs(sock)
        assert not made


@real
@pytest.mark.parametrize("gate", [Gate.HANG, Gate.REFUSE])
async def test_who_connected_before_the_gate_closed_is_in(gate: Gate) -> None:
    async with listening() as (listener, made):
        with knocking(listener.address) as sock:
            listener.set_gate(gate)
            assert len(made) == 1, "the kernel had accepted it, so it is a live connection"
            assert await greeted(sock)


@real
async def test_who_slipped_in_before_our_filler_is_taken_when_the_gate_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with listening() as (listener, made):
        clients = []

        def late(address: Any) -> socket.socket:
            client = socket.create_connection(address)  # takes the only place in the queue
            clients.append(client)
            filler = socket.socket()
            filler.settimeout(0)
            filler.connect_ex(address)
            return filler

        monkeypatch.setattr("ssechaos.proxy.kernel._fill_queue", late)
        listener.set_gate(Gate.HANG)
        with clients[0] as client:
            client.settimeout(0)
            listener.set_gate(Gate.ACCEPT)
            assert await greeted(client)
        assert len(made) == 1


@real
async def test_running_out_of_descriptors_only_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssechaos.proxy.kernel.RETRY", 0.05)
    failures: list[OSError] = []
    async with listening(failures) as (listener, made):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        with knocking(listener.address) as sock:
            resource.setrlimit(resource.RLIMIT_NOFILE, (sock.fileno() + 1, hard))
            try:
                await asyncio.sleep(0.1)
                assert not made
                assert failures[0].errno == errno.EMFILE
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            assert await greeted(sock)


@real
@real
async def test_accepted_sockets_have_the_send_buffer_that_was_asked_for() -> None:
    async with listening(send_buffer=64 * 1024) as (listener, made):
        reader, writer = await asyncio.open_connection(*listener.address)
        await reader.readexactly(2)  # it has greeted, so it is there
        sock = made[0].transport.get_extra_info("socket")
        assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == 2 * 64 * 1024  # Linux doubles it
        writer.close()


async def test_a_closed_listener_gives_its_port_back() -> None:
    async with listening() as (listener, _):
        pass
    assert isinstance(listener, KernelListener)
    with socket.create_server(listener.address):
        pass


async def test_a_port_that_is_taken_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(OSError, match="in use"):
        await listen(asyncio.Protocol, [].append, other.getsockname())


def test_in_virtual_time_the_server_brings_the_gate() -> None:
    async def program() -> None:
        async with listening() as (listener, _):
            assert isinstance(listener, GatedListener)
            listener.set_gate(Gate.REFUSE)
            assert await refused(listener.address)
            listener.set_gate(Gate.HANG)
            connecting = asyncio.create_task(asyncio.open_connection(*listener.address))
            await asyncio.sleep(5)
            assert not connecting.done()
            listener.set_gate(Gate.ACCEPT)
            reader, writer = await connecting
            assert await reader.read(2) == b"hi"
            writer.close()

    simulated.run(program())
