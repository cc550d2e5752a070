"""The relay in the device's container, here as a part of this process."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.networks.containers import relay

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


class Coverage:
    def __init__(self) -> None:
        self.interfaces = 3
        self.lost = False


@pytest.fixture
def coverage(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> Coverage:
    state = Coverage()
    monkeypatch.setattr(relay, "_PORT", unused_tcp_port)
    monkeypatch.setattr(relay.socket, "if_nameindex", lambda: [()] * state.interfaces)
    monkeypatch.setattr(relay, "_lost", lambda _: state.lost)
    return state


@asynccontextmanager
async def relaying(handler: Any) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    server = await asyncio.start_server(handler, "127.0.0.1", 0)
    serving = asyncio.create_task(relay.Relay(*server.sockets[0].getsockname()).serve())
    await asyncio.sleep(0)
    reader, writer = await connected()
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        server.close()
        await asyncio.sleep(0.02)  # the relay passes the close on
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


async def connected() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(5):
        while True:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", relay._PORT)
            await asyncio.sleep(0.01)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1000):
        writer.write(data)
        await writer.drain()
    writer.close()


async def until(printed: Callable[[], str], word: str) -> list[dict[str, Any]]:
    text = ""
    async with asyncio.timeout(5):
        while word not in text:
            text += printed()
            await asyncio.sleep(0.01)
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("coverage")
async def test_bytes_and_the_end_pass_both_ways(capsys: Any) -> None:
    async with relaying(echo) as (reader, writer):
        writer.write(b"Hello")
        assert await reader.readexactly(5) == b"Hello"
        writer.write_eof()
        assert await reader.read() == b""
        facts = await until(lambda: capsys.readouterr().out, "closed")
    assert [(fact["fact"], fact.get("how")) for fact in facts] == [
        ("serving", None),
        ("opened", None),
        ("closed", "FIN"),
    ]


@pytest.mark.usefixtures("coverage")
async def test_a_reset_is_passed_on_as_one(capsys: Any) -> None:
    async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with relaying(reset) as (reader, _):
        with pytest.raises(ConnectionResetError):
            await reader.read()
        facts = await until(lambda: capsys.readouterr().out, "closed")
    assert facts[-1]["how"] == "RST"


async def test_without_coverage_a_connection_waits_and_then_goes_on(coverage: Coverage) -> None:
    coverage.interfaces = 2
    async with relaying(echo) as (reader, writer):
        writer.write(b"Hello")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await reader.read(1)
        coverage.interfaces = 3
        async with asyncio.timeout(5):
            assert await reader.readexactly(5) == b"Hello"


async def test_a_client_that_leaves_while_it_waits_never_reaches_the_server(coverage: Coverage) -> None:
    coverage.interfaces = 2
    reached = asyncio.Event()

    async def note(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        writer.close()

    async with relaying(note) as (_, writer):
        writer.write(b"Hello")
        writer.close()
        await asyncio.sleep(3 * relay._TICK)
        coverage.interfaces = 3
        await asyncio.sleep(3 * relay._TICK)
    assert not reached.is_set()


async def test_a_connection_from_an_address_that_is_gone_is_dead_and_nobody_is_told(
    coverage: Coverage, capsys: Any
) -> None:
    async with relaying(echo) as (reader, writer):
        writer.write(b"Hello")
        await reader.readexactly(5)
        coverage.lost = True
        facts = await until(lambda: capsys.readouterr().out, "closed")
        assert facts[-1]["how"] == "dead"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await reader.read(1)


@pytest.mark.usefixtures("coverage")
@pytest.mark.parametrize("when", ["_watch_the_clock", "_bury_the_dead"])
async def test_it_finds_out_that_it_was_frozen_whatever_it_was_doing(
    when: str, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    freezing = asyncio.Event()
    original = getattr(relay.Relay, when)

    def frozen(made: relay.Relay) -> Any:
        if freezing.is_set():
            freezing.clear()
            time.sleep(0.3)  # that is how it is when frozen: nothing runs
        return original(made)

    monkeypatch.setattr(relay.Relay, when, frozen)
    async with relaying(echo):
        freezing.set()
        facts = await until(lambda: capsys.readouterr().out, "thawed")
    assert facts[-1]["fact"] == "thawed"
    assert facts[-1]["frozen"] >= 0.2


def test_an_address_of_this_machine_is_not_lost() -> None:
    assert not relay._lost("127.0.0.1")
    assert relay._lost("192.0.2.1")
