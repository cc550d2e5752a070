"""The proxy as a whole: faults come and go, traffic is counted, errors are told, nothing is left behind."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from ssechaos.errors import NetworkError, UsageError
from ssechaos.proxy import Proxy, Traffic


def test_traffic_is_counted_while_connections_live_and_after(play: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await client.send(b"12345")
        await server.receive(5)
        await server.send(b"123")
        await client.receive(3)
        assert setup.proxy.traffic == Traffic(connections=1, live=1, upstream=5, downstream=3)
        client.close()
        server.close()
        await setup.until(lambda: setup.proxy.traffic.live == 0)
        assert setup.proxy.traffic == Traffic(connections=1, live=0, upstream=5, downstream=3)

    play(program)


def test_many_connections_live_side_by_side(play: Any) -> None:
    async def program(setup: Any) -> None:
        pairs = await asyncio.gather(*(setup.pair() for _ in range(50)))
        for client, server in pairs:
            await client.send(b"ping")
            server.writer.write(b"pong")
        for client, _ in pairs:
            assert await client.receive(4) == b"pong"
        assert setup.proxy.traffic.live == 50

    play(program)


def test_a_fault_that_fails_breaks_the_proxy_and_everything_on_it(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        bystander, _ = await setup.pair()
        setup.proxy.check()
        await setup.proxy.add("bug", faults.Fail())
        await server.send(b"x")
        for stream in (client, bystander):
            with pytest.raises(ConnectionResetError):
                await stream.rest()
        with pytest.raises(NetworkError, match="a bug at"):
            setup.proxy.check()

    play(program)


def test_a_fault_that_makes_no_pipe_breaks_the_proxy(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("bug", faults.Broken())
        client = await setup.client()
        with pytest.raises(ConnectionResetError):
            await client.rest()
        with pytest.raises(NetworkError, match="no pipe"):
            setup.proxy.check()

    play(program)


def test_a_lost_port_breaks_the_proxy(play_on_sockets: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("down", faults.Down())
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            thief.bind(setup.proxy.address)
            thief.listen()
            await setup.proxy.remove("down")
        with pytest.raises(NetworkError, match="in use"):
            setup.proxy.check()

    play_on_sockets(program)


def test_a_key_names_one_fault(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("a", faults.Hold())
        with pytest.raises(UsageError, match="'a' already"):
            await setup.proxy.add("a", faults.Late())
        with pytest.raises(UsageError, match="no fault 'b'"):
            await setup.proxy.remove("b")

    play(program)


async def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"127.0.0.1:{port}: .*in use"):
            await Proxy(("127.0.0.1", 1), port=port).__aenter__()


def test_leaving_lets_go_of_what_was_held(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await setup.proxy.add("stall", faults.Hold())
        await server.send(b"held")
        assert await client.hears_nothing()
        leaving = asyncio.create_task(setup.leave())
        assert await client.rest() == b"held"
        await leaving

    play(program)


def test_leaving_closes_everything(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        before = asyncio.all_tasks()
        for _ in range(3):
            await setup.pair()
        await setup.proxy.add("dead", faults.Unreachable())
        await setup.leave()
        assert setup.proxy.traffic.live == 0
        assert asyncio.all_tasks() == before
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(*setup.proxy.address)

    play(program)


def test_leaving_does_not_wait_for_a_peer_that_takes_nothing(play: Any) -> None:
    async def program(setup: Any) -> None:
        _, server = await setup.pair()
        server.writer.write(bytes(50_000_000))
        await asyncio.sleep(0.1)
        async with asyncio.timeout(5):
            await setup.leave()
        assert setup.proxy.traffic.live == 0

    play(program)


@pytest.mark.parametrize("end", ["downstream", "upstream"])
def test_a_slow_reader_stops_the_sender_and_memory_stays_bounded(play: Any, faults: Any, end: str) -> None:
    async def program(setup: Any) -> None:
        for held in (False, True):
            await bounded(setup, held=held)

    async def bounded(setup: Any, *, held: bool) -> None:
        client, server = await setup.pair()
        fast, slow = (server, client) if end == "downstream" else (client, server)
        if held:
            await setup.proxy.add("stall", faults.Hold())
        else:
            slow.writer.transport.pause_reading()
        sending = asyncio.create_task(fast.send(bytes(40_000_000)))
        await asyncio.sleep(0.3)
        assert not sending.done()
        assert inside(setup.proxy) < 700_000
        slow.writer.transport.resume_reading()
        if held:
            await setup.proxy.remove("stall")
        assert await slow.receive(40_000_000) == bytes(40_000_000)
        await sending

    def inside(proxy: Proxy) -> int:
        return sum(
            relay._link.held + relay.target._transport.get_write_buffer_size()
            for connection in proxy._connections
            for relay in (connection.up, connection.down)
        )

    play(program)
