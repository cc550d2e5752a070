from __future__ import annotations

import asyncio
import contextvars
from typing import Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.networks.simulated import Deadlock, run


async def listen(**options: Any) -> Any:
    return await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 8080, **options)


async def connect() -> Any:
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, "127.0.0.1", 8080)
    return transport


def test_leaving_the_context_closes_the_server() -> None:
    async def main() -> tuple[bool, bool, tuple[Any, ...]]:
        async with await listen() as server:
            before = server.is_serving()
        return before, server.is_serving(), server.sockets

    assert run(main()) == (True, False, ())


def test_a_server_knows_its_loop_and_shows_its_gate() -> None:
    async def main() -> tuple[bool, str]:
        server = await listen()
        server.set_gate("hang")
        return server.get_loop() is asyncio.get_running_loop(), repr(server)

    assert run(main()) == (True, "<SimulatedServer [('127.0.0.1', 8080)] gate=hang>")


def test_a_server_that_does_not_serve_yet_refuses() -> None:
    async def main() -> bool:
        server = await listen(start_serving=False)
        with pytest.raises(ConnectionRefusedError):
            await connect()
        await server.start_serving()
        (await connect()).close()
        return bool(server.is_serving())

    assert run(main())


def test_wait_closed_waits_for_the_connections_too() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        server = await listen()
        client = await connect()
        server.close()
        loop.call_at(5, client.close)
        await server.wait_closed()
        return loop.time()

    assert run(main()) == 5


def test_waiting_for_a_connection_that_nobody_closes_is_a_deadlock_that_names_it() -> None:
    async def main() -> None:
        async with await listen():
            main.client = await connect()  # type: ignore[attr-defined]

    with pytest.raises(Deadlock, match=r"SimulatedServer\.wait_closed"):
        run(main())


@pytest.mark.parametrize("method", ["close_clients", "abort_clients"])
def test_all_clients_can_be_sent_away(method: str) -> None:
    async def main() -> bool:
        server = await listen()
        client = await connect()
        await asyncio.sleep(0)
        getattr(server, method)()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.1)
        return bool(client.is_closing())

    assert run(main())


def test_serving_for_ever_ends_with_cancellation_and_closes_the_server() -> None:
    async def main() -> bool:
        server = await listen()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(60):
                await server.serve_forever()
        return bool(server.is_serving())

    assert run(main()) is False


def test_closing_ends_serving_for_ever() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        server = await listen()
        loop.call_at(3, server.close)
        with pytest.raises(asyncio.CancelledError):
            await server.serve_forever()
        return loop.time()

    assert run(main()) == 3


def test_a_closed_server_cannot_serve_for_ever() -> None:
    async def main() -> None:
        server = await listen()
        server.close()
        await server.serve_forever()

    with pytest.raises(RuntimeError, match="closed"):
        run(main())


def test_a_word_that_is_no_gate_is_an_error() -> None:
    async def main() -> None:
        (await listen()).set_gate("ajar")

    with pytest.raises(UsageError, match="accept, refuse, hang, not 'ajar'"):
        run(main())


def test_a_server_whose_protocol_cannot_be_made_closes_the_connection(recorder: Any) -> None:
    async def main() -> tuple[list[str], list[Any]]:
        reported: list[str] = []
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: reported.append(context["message"]))
        await loop.create_server(lambda: 1 / 0, "127.0.0.1", 8080)  # type: ignore[arg-type,return-value]
        _, client = await loop.create_connection(recorder, "127.0.0.1", 8080)
        await client.lost()
        return reported, client.notes

    assert run(main()) == (["Error on transport creation"], ["made", "eof", "lost"])


def test_protocols_run_in_the_context_of_their_own_program() -> None:
    name = contextvars.ContextVar("name", default="nobody")

    class Telling(asyncio.Protocol):
        def connection_made(self, _transport: Any) -> None:
            seen.append(("made", name.get()))

        def data_received(self, _data: bytes) -> None:
            seen.append(("data", name.get()))

    seen: list[tuple[str, str]] = []

    async def serve() -> None:
        name.set("server")
        await asyncio.get_running_loop().create_server(Telling, "127.0.0.1", 8080)

    async def main() -> None:
        await asyncio.create_task(serve())
        name.set("client")
        client = await connect()
        client.write(b"hello")
        await asyncio.sleep(1)
        client.close()

    run(main())
    assert seen == [("made", "server"), ("data", "server")]
