"""A connection through the proxy: bytes arrive whole, ends arrive in order, and an RST is a true RST."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssechaos.faults.base import Direction

pieces = st.lists(st.binary(min_size=1, max_size=3000), max_size=12)


# The fixtures hand out functions that keep nothing between examples.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(up=pieces, down=pieces)
def test_any_bytes_arrive_whole_both_ways(play: Any, up: list[bytes], down: list[bytes]) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await asyncio.gather(say(client, up), say(server, down))
        assert await asyncio.gather(server.rest(), client.rest()) == [b"".join(up), b"".join(down)]

    async def say(stream: Any, words: list[bytes]) -> None:
        for word in words:
            await stream.send(word)
            await asyncio.sleep(0)
        stream.finish()

    play(program)


def test_megabytes_arrive_whole(play: Any) -> None:
    data = bytes(range(256)) * 16384

    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        sending = asyncio.create_task(server.send(data))
        assert await client.receive(len(data)) == data
        await sending

    play(program)


def test_a_client_that_has_finished_still_receives(play: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await client.send(b"request")
        client.finish()
        assert await server.rest() == b"request"
        await server.send(b"answer")
        server.finish()
        assert await client.rest() == b"answer"

    assert play(program) == [("opened", 1), ("closed", 1, "FIN")]


def test_a_server_that_has_finished_still_receives(play: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        server.finish()
        assert await client.rest() == b""
        await client.send(b"thanks")
        client.finish()
        assert await server.rest() == b"thanks"

    play(program)


@pytest.mark.parametrize("resets_first", ["client", "server"])
def test_a_reset_of_one_peer_is_a_reset_for_the_other(play: Any, resets_first: str) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        first, other = (client, server) if resets_first == "client" else (server, client)
        await first.send(b"x")
        assert await other.receive(1) == b"x"
        first.reset()
        with pytest.raises(ConnectionResetError):
            await other.rest()

    assert play(program) == [("opened", 1), ("closed", 1, "RST")]


def test_a_client_is_reset_when_no_server_answers(play: Any) -> None:
    async def program(setup: Any) -> None:
        setup.server.stop()
        client = await setup.client()
        with pytest.raises(ConnectionResetError):
            await client.rest()

    assert play(program) == [("opened", 1), ("closed", 1, "RST")]


def test_a_cut_ends_the_client_and_resets_the_server(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("cut", faults.Cut(direction=Direction.DOWNSTREAM))
        client, server = await setup.pair()
        await server.send(b"half an ev")
        assert await client.rest() == b"half an ev"
        with pytest.raises(ConnectionResetError):
            await server.rest()

    assert play(program) == [("opened", 1), ("closed", 1, "FIN")]


def test_a_cut_by_reset_resets_both(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("cut", faults.CutByReset(direction=Direction.DOWNSTREAM))
        client, server = await setup.pair()
        await server.send(b"x")
        for stream in (client, server):
            with pytest.raises(ConnectionResetError):
                await stream.rest()

    assert play(program) == [("opened", 1), ("closed", 1, "RST")]


def test_an_end_waits_behind_the_bytes_before_it(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.proxy.add("late", faults.Late())
        client, server = await setup.pair()
        await server.send(b"last words")
        server.finish()
        assert await client.rest() == b"last words"

    play(program)


def test_a_client_that_leaves_during_a_stall_is_told_to_the_server_after_it(play: Any, faults: Any) -> None:
    async def program(setup: Any) -> None:
        client, server = await setup.pair()
        await setup.proxy.add("hold", faults.Hold())
        await server.send(b"never read")
        client.reset()
        assert await server.hears_nothing()
        await setup.proxy.remove("hold")
        with pytest.raises(ConnectionResetError):
            await server.rest()

    play(program)


def test_nagle_delays_nothing(play_on_sockets: Any) -> None:
    async def program(setup: Any) -> None:
        await setup.pair()
        (connection,) = setup.proxy._connections
        for peer in (connection.client, connection.server):
            sock = peer._transport.get_extra_info("socket")
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    play_on_sockets(program)
