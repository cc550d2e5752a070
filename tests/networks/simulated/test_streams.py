from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ssechaos.networks.simulated import run


def test_a_line_server_and_its_clients() -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for line in reader:
            writer.write(line.upper())
            await writer.drain()
        writer.close()

    async def ask(port: int, word: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("localhost", port)
        writer.write(word)
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    async def main() -> list[bytes]:
        async with await asyncio.start_server(shout, "localhost", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await asyncio.gather(*(ask(port, b"%d: line\n" % number) for number in range(5)))

    assert run(main(), latency=0.01) == [b"%d: LINE\n" % number for number in range(5)]


def test_drain_waits_for_a_slow_reader() -> None:
    async def main() -> float:
        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while await reader.read(10_000):  # noqa: ASYNC110  # it waits for data
                await asyncio.sleep(1)
            writer.close()

        loop = asyncio.get_running_loop()
        async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
            _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            for _ in range(100):
                writer.write(bytes(10_000))
                await writer.drain()
            written_at = loop.time()
            writer.close()
        return written_at

    assert run(main()) > 50


def test_a_reader_sees_a_reset(reset: Any) -> None:
    async def main() -> None:
        async def cut(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            reset(writer.transport)

        async with await asyncio.start_server(cut, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            with pytest.raises(ConnectionResetError):
                await reader.read()
            writer.close()

    run(main())


def test_connection_made_was_called_before_create_connection_returns(recorder: Any) -> None:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        await loop.create_server(asyncio.Protocol, "127.0.0.1", 80)
        transport, client = await loop.create_connection(recorder, "127.0.0.1", 80)
        transport.close()
        return client.notes

    assert run(main()) == ["made"]


def test_a_client_whose_protocol_cannot_be_made_hangs_up(recorder: Any) -> None:
    async def main() -> Any:
        loop = asyncio.get_running_loop()
        server_side = recorder()
        await loop.create_server(lambda: server_side, "127.0.0.1", 80)
        with pytest.raises(ZeroDivisionError):
            await loop.create_connection(lambda: 1 / 0, "127.0.0.1", 80)  # type: ignore[type-var]
        await server_side.lost()
        return server_side.notes

    assert run(main()) == ["made", "eof", "lost"]


def test_several_hosts_are_listened_on_at_once() -> None:
    async def main() -> Any:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, ["127.0.0.1", "::1"], 80)
        return [sock.getsockname()[:2] for sock in server.sockets]

    assert run(main()) == [("127.0.0.1", 80), ("::1", 80)]
