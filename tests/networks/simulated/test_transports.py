from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from ssechaos.networks.simulated import run
from ssechaos.networks.simulated.buffers import WINDOW

PairFactory = Callable[..., AbstractAsyncContextManager[Any]]


def test_abort_alone_sends_fin_as_a_real_socket_does(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.server.transport.abort()
            await ends.client.lost()
            return ends.client.notes, ends.server.notes

    assert run(main()) == (["made", "eof", "lost"], ["made", "lost"])


def test_a_reset_forgets_what_waits_to_be_sent(pair: PairFactory, reset: Any) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.pause_reading()
            ends.server.transport.write(bytes(3 * WINDOW))
            reset(ends.server.transport)
            ends.client.transport.resume_reading()
            await ends.client.lost()
            return [len(note) if isinstance(note, bytes) else note for note in ends.client.notes]

    assert run(main()) == ["made", WINDOW, ("lost", "ConnectionResetError")]


def test_close_sends_what_waits_first(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.pause_reading()
            ends.server.transport.write(bytes(3 * WINDOW))
            ends.server.transport.close()
            await asyncio.sleep(60)
            before = ends.server.notes
            ends.client.transport.resume_reading()
            await ends.client.lost()
            return before, sum(len(note) for note in ends.client.notes if isinstance(note, bytes))

    assert run(main()) == (["made", "pause"], 3 * WINDOW)


def test_a_paused_reader_bounds_what_is_accepted(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.pause_reading()
            ends.server.transport.write(bytes(5 * WINDOW))
            await asyncio.sleep(60)
            return ends.server.transport.get_write_buffer_size(), ends.client.notes

    assert run(main()) == (4 * WINDOW, ["made"])


@pytest.mark.parametrize(
    ("high", "low", "limits"), [(None, None, (16384, 65536)), (100, None, (25, 100)), (None, 10, (10, 40))]
)
def test_water_marks_follow_from_each_other(
    high: int | None, low: int | None, limits: tuple[int, int], pair: PairFactory
) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.set_write_buffer_limits(high=high, low=low)
            return ends.client.transport.get_write_buffer_limits()

    assert run(main()) == limits


def test_the_writer_is_paused_above_the_high_and_resumed_at_the_low_water_mark(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.server.transport.set_write_buffer_limits(high=10, low=5)
            ends.client.transport.pause_reading()
            ends.server.transport.write(bytes(WINDOW + 10))
            at_the_mark = ends.server.notes
            ends.server.transport.write(b"!")
            above = ends.server.notes
            ends.client.transport.resume_reading()
            await asyncio.sleep(0.1)
            return at_the_mark, above, ends.server.notes

    assert run(main()) == (["made"], ["made", "pause"], ["made", "pause", "resume"])


def test_throughput_is_one_window_per_round_trip(pair: PairFactory) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        async with pair() as ends:
            began = loop.time()
            ends.client.transport.write(bytes(5 * WINDOW))
            ends.client.transport.close()
            await ends.server.lost()
            return loop.time() - began

    assert run(main(), latency=0.1) == pytest.approx(4 * 0.2 + 0.1)


def test_a_protocol_is_never_called_from_inside_its_peers_call(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.write(b"data")
            at_once = ends.server.notes
            await asyncio.sleep(0.1)
            return at_once, ends.server.notes

    assert run(main()) == (["made"], ["made", b"data"])


def test_a_protocol_may_hand_over_to_another(pair: PairFactory, recorder: Any) -> None:
    async def main() -> Any:
        async with pair() as ends:
            successor = recorder()
            ends.client.transport.write(b"data")
            ends.server.transport.set_protocol(successor)
            await successor.until(lambda it: b"data" in it.notes)
            same = ends.server.transport.get_protocol() is successor
            ends.server.transport.set_protocol(ends.server)
            return same, ends.server.notes

    assert run(main()) == (True, ["made"])


class Buffering(asyncio.BufferedProtocol):
    """Offers a few bytes at a time."""

    def __init__(self, size: int) -> None:
        self.buffer = bytearray(size)
        self.received = b""

    def get_buffer(self, _size: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, count: int) -> None:
        self.received += self.buffer[:count]


@pytest.mark.parametrize(("size", "received"), [(3, b"some data"), (100, b"some data"), (0, b"")])
def test_a_buffered_protocol_brings_its_own_buffers(size: int, received: bytes, recorder: Any) -> None:
    async def main() -> bytes:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        protocol = Buffering(size)
        await loop.create_server(lambda: protocol, "127.0.0.1", 8080)
        transport, client = await loop.create_connection(recorder, "127.0.0.1", 8080)
        transport.write(b"some data")
        transport.close()
        await client.lost()
        await asyncio.sleep(1)
        return protocol.received

    assert run(main()) == received


def test_a_connection_lost_before_it_was_used_is_still_told(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.client.transport.abort()
            ends.client.transport.write(b"into the void")
            await ends.client.lost()
            return ends.client.notes

    assert run(main()) == ["made", "lost"]


@pytest.mark.parametrize("method", ["pause_writing", "resume_writing"])
def test_a_flow_control_callback_that_fails_is_reported_and_harms_nobody(method: str, pair: PairFactory) -> None:
    async def main() -> Any:
        reported: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
        async with pair() as ends:
            setattr(ends.client, method, lambda: 1 / 0)
            ends.client.transport.write(bytes(5 * WINDOW))
            ends.client.transport.close()
            await ends.server.lost()
            return reported, sum(len(note) for note in ends.server.notes if isinstance(note, bytes))

    assert run(main()) == ([f"protocol.{method}() failed"], 5 * WINDOW)


def test_a_protocol_that_fails_at_the_end_of_the_data_loses_its_connection(pair: PairFactory) -> None:
    async def main() -> Any:
        reported: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context["message"]))
        async with pair() as ends:
            ends.client.eof_received = lambda: 1 / 0
            ends.server.transport.close()
            await ends.client.lost()
            return reported, ends.client.notes

    expected = ["Fatal error: protocol.eof_received() call failed."], ["made", ("lost", "ZeroDivisionError")]
    assert run(main()) == expected


def test_pausing_takes_effect_at_once(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            ends.server.transport.write(b"data")
            ends.client.transport.pause_reading()
            await asyncio.sleep(1)
            paused = ends.client.transport.is_reading(), ends.client.notes
            ends.client.transport.resume_reading()
            await asyncio.sleep(1)
            return paused, ends.client.transport.is_reading(), ends.client.notes

    assert run(main()) == ((False, ["made"]), True, ["made", b"data"])


def test_ending_or_closing_twice_does_no_more_than_once(pair: PairFactory) -> None:
    async def main() -> Any:
        async with pair() as ends:
            assert ends.client.transport.can_write_eof()
            ends.client.transport.write_eof()
            ends.client.transport.write_eof()
            ends.client.transport.close()
            ends.client.transport.close()
            ends.client.transport.abort()
            await ends.server.lost()
            return ends.client.notes, ends.server.notes

    assert run(main()) == (["made", "lost"], ["made", "eof", "lost"])


def test_a_transport_and_its_socket_show_where_they_lead(pair: PairFactory) -> None:
    async def main() -> tuple[str, str, str]:
        async with pair() as ends:
            transport = ends.client.transport
            before = repr(transport)
            transport.close()
            return before, repr(transport), repr(transport.get_extra_info("socket"))

    leads = "('127.0.0.1', 49153) -> ('127.0.0.1', 49152)"
    assert run(main()) == (
        f"<StreamTransport {leads}>",
        f"<StreamTransport {leads} closing>",
        "<SimulatedSocket ('127.0.0.1', 49153) peer=('127.0.0.1', 49152)>",
    )
