"""The simulation against the kernel: the same programs see the same on real sockets and in virtual time."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from ssechaos.networks.simulated import run

PairFactory = Callable[..., AbstractAsyncContextManager[Any]]
Program = Callable[[PairFactory], Coroutine[Any, Any, Any]]

MORE_THAN_ANY_BUFFER = b"x" * 32_000_000


def linger(transport: asyncio.Transport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


async def close_after_writing(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.client.transport.write(b"question")
        await ends.server.until(lambda it: b"question" in it.notes)
        ends.server.transport.writelines([b"ans", bytearray(b"w"), memoryview(b"er")])
        ends.server.transport.close()
        await ends.client.lost()
        await ends.server.lost()
        return ends.client.notes, ends.server.notes


async def half_close(pair: PairFactory) -> Any:
    async with pair(server_keeps_open=True) as ends:
        ends.client.transport.write(b"all of it")
        ends.client.transport.write_eof()
        await ends.server.until(lambda it: "eof" in it.notes)
        ends.server.transport.write(b"still here")
        await ends.client.until(lambda it: b"still here" in it.notes)
        ends.server.transport.close()
        await ends.client.lost()
        await ends.server.lost()
        return ends.client.notes, ends.server.notes


async def aborting_with_linger_resets(pair: PairFactory) -> Any:
    async with pair() as ends:
        linger(ends.server.transport)
        ends.server.transport.abort()
        await ends.client.lost()
        return ends.client.notes, ends.server.notes


async def data_before_a_reset_is_delivered(pair: PairFactory) -> Any:
    async with pair() as ends:
        linger(ends.server.transport)
        ends.server.transport.write(b"last words")
        ends.server.transport.close()
        await ends.client.lost()
        return ends.client.notes


async def closing_with_unread_bytes_resets(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.server.transport.pause_reading()
        await asyncio.sleep(0)
        ends.client.transport.write(b"never read")
        await asyncio.sleep(0.05)  # there is no way to see that unread bytes have arrived
        ends.server.transport.close()
        await ends.client.lost()
        return ends.client.notes, ends.server.notes


async def writing_to_a_closed_peer(pair: PairFactory) -> Any:
    async with pair(client_keeps_open=True) as ends:
        ends.server.transport.close()
        await ends.server.lost()
        await ends.client.until(lambda it: "eof" in it.notes)
        while not ends.client.transport.is_closing():
            ends.client.transport.write(b"anybody there?")
            await asyncio.sleep(0.01)
        await ends.client.lost()
        return ends.client.notes


async def a_paused_reader_does_not_notice_a_reset(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.client.transport.pause_reading()
        linger(ends.server.transport)
        ends.server.transport.abort()
        await ends.server.lost()
        await asyncio.sleep(0.05)
        before = ends.client.notes
        ends.client.transport.resume_reading()
        await ends.client.lost()
        return before, ends.client.notes


async def a_paused_reader_notices_a_reset_when_it_writes(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.client.transport.pause_reading()
        linger(ends.server.transport)
        ends.server.transport.abort()
        await ends.server.lost()
        await asyncio.sleep(0.05)
        ends.client.transport.write(b"hello?")
        await ends.client.lost()
        return ends.client.notes


async def a_blocked_writer_notices_a_reset(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.server.transport.pause_reading()
        ends.client.transport.pause_reading()
        ends.client.transport.write(MORE_THAN_ANY_BUFFER)
        await ends.client.until(lambda it: "pause" in it.notes)
        linger(ends.server.transport)
        ends.server.transport.abort()
        await ends.client.lost()
        return ends.client.notes


async def a_paused_reader_stops_the_writer(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.server.transport.pause_reading()
        ends.client.transport.write(MORE_THAN_ANY_BUFFER)
        await ends.client.until(lambda it: "pause" in it.notes)
        await asyncio.sleep(0.05)
        before = ends.client.notes
        ends.server.transport.resume_reading()
        await ends.client.until(lambda it: "resume" in it.notes)
        ends.client.transport.close()
        await ends.server.lost()
        return before, ends.client.notes, ends.server.notes == ["made", MORE_THAN_ANY_BUFFER, "eof", "lost"]


async def closing_a_blocked_writer(pair: PairFactory) -> Any:
    async with pair() as ends:
        ends.server.transport.pause_reading()
        ends.client.transport.write(MORE_THAN_ANY_BUFFER)
        ends.client.transport.close()
        await asyncio.sleep(0.05)
        before = ends.client.notes
        ends.server.transport.resume_reading()
        await ends.client.lost()
        await ends.server.lost()
        return before, ends.client.notes, ends.server.notes == ["made", MORE_THAN_ANY_BUFFER, "eof", "lost"]


async def fin_then_reset_shows_eof_only(pair: PairFactory) -> Any:
    async with pair(client_keeps_open=True) as ends:
        ends.client.transport.pause_reading()
        ends.server.transport.write_eof()
        await asyncio.sleep(0.05)
        linger(ends.server.transport)
        ends.server.transport.abort()
        await asyncio.sleep(0.05)
        ends.client.transport.resume_reading()
        await ends.client.until(lambda it: "eof" in it.notes)
        await asyncio.sleep(0.05)
        before = ends.client.notes
        ends.client.transport.write(b"hello?")
        await ends.client.lost()
        return before, ends.client.notes


async def protocol_errors_close_the_connection(pair: PairFactory) -> Any:
    async with pair() as ends:
        reported = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
        ends.server.data_received = lambda _: 1 / 0
        ends.client.transport.write(b"boom")
        await ends.client.lost()
        return reported, ends.client.notes, ends.server.notes


async def refused(_pair: PairFactory) -> Any:
    loop = asyncio.get_running_loop()
    server: Any = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    server.close()
    await server.wait_closed()
    try:
        await loop.create_connection(asyncio.Protocol, host, port)
    except OSError as error:
        return type(error), error.errno


async def address_in_use(_pair: PairFactory) -> Any:
    loop = asyncio.get_running_loop()
    server: Any = await loop.create_server(asyncio.Protocol, "127.0.0.1", 0)
    async with server:
        try:
            await loop.create_server(asyncio.Protocol, *server.sockets[0].getsockname())
        except OSError as error:
            return type(error), error.errno


async def misuse(pair: PairFactory) -> Any:
    async with pair() as ends:
        seen = []
        for attempt in (
            lambda: ends.client.transport.write("text"),
            lambda: ends.client.transport.set_write_buffer_limits(high=1, low=2),
            lambda: (ends.client.transport.write_eof(), ends.client.transport.write(b"late")),
        ):
            with pytest.raises((TypeError, ValueError, RuntimeError)) as caught:
                attempt()
            seen.append((caught.type, str(caught.value)))
        return seen


PROGRAMS: tuple[Program, ...] = (
    close_after_writing,
    half_close,
    aborting_with_linger_resets,
    data_before_a_reset_is_delivered,
    closing_with_unread_bytes_resets,
    writing_to_a_closed_peer,
    a_paused_reader_does_not_notice_a_reset,
    a_paused_reader_notices_a_reset_when_it_writes,
    a_blocked_writer_notices_a_reset,
    a_paused_reader_stops_the_writer,
    closing_a_blocked_writer,
    fin_then_reset_shows_eof_only,
    protocol_errors_close_the_connection,
    refused,
    address_in_use,
    misuse,
)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_a_program_sees_the_same_in_simulation_as_on_real_sockets(program: Program, pair: PairFactory) -> None:
    assert run(program(pair)) == asyncio.run(program(pair))
