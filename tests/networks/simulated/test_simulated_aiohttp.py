"""The real aiohttp server and client, unchanged, in simulation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from ssechaos.networks.simulated import run

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """An aiohttp server; yields its URL."""
    app = web.Application()
    app.router.add_get("/", handler)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=10)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, 0).start()
        yield str(URL.build(scheme="http", host=host, port=runner.addresses[0][1], path="/"))
    finally:
        await runner.cleanup()


def stream(count: int, pause: float) -> Handler:
    """A handler that sends `count` events, each followed by a pause."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(count):
            await response.write(b"data: %d\n\n" % number)
            await asyncio.sleep(pause)
        return response

    return handle


async def collect(response: aiohttp.ClientResponse, lines: list[bytes]) -> None:
    async for line in response.content:
        lines.append(line)  # noqa: PERF401  # what came before an error counts


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_events_arrive_at_the_time_they_are_sent(host: str) -> None:
    async def main() -> list[tuple[float, bytes]]:
        async with (
            serving(stream(4, pause=10), host) as url,
            aiohttp.ClientSession() as session,
            session.get(url) as response,
        ):
            return [(now(), line) async for line in response.content if line.strip()]

    assert run(main()) == [(10.0 * number, b"data: %d\n" % number) for number in range(4)]


def test_a_stall_of_35_seconds_costs_no_time_and_the_read_timeout_sees_it() -> None:
    async def main() -> float:
        async with serving(stream(2, pause=35)) as url:
            timeout = aiohttp.ClientTimeout(total=None, sock_read=30)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as response:
                with pytest.raises(aiohttp.SocketTimeoutError):
                    await response.read()
                return now()

    began = time.perf_counter()
    assert run(main()) == 30
    assert time.perf_counter() - began < 1


def test_the_total_timeout_is_rounded_up_to_whole_seconds_as_ever() -> None:
    async def main() -> float:
        async with serving(stream(100, pause=1)) as url:
            await asyncio.sleep(0.25)
            timeout = aiohttp.ClientTimeout(total=7)
            async with aiohttp.ClientSession(timeout=timeout) as session:
                with pytest.raises(TimeoutError):
                    async with session.get(url) as response:
                        await response.read()
        return now()

    assert run(main()) == pytest.approx(8, abs=0.3)


def test_the_connect_timeout_ends_an_attempt_that_hangs() -> None:
    async def main() -> float:
        server: Any = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 80)
        server.set_gate("hang")
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=4)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            with pytest.raises(aiohttp.ConnectionTimeoutError):
                await session.get("http://127.0.0.1/")
        return now()

    assert run(main()) == 4


def test_a_refused_connection_is_a_connector_error() -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get("http://127.0.0.1/")

    with pytest.raises(aiohttp.ClientConnectorError, match="refused"):
        run(main())


def test_an_unknown_name_is_a_dns_error() -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            await session.get("http://server.test/")

    with pytest.raises(aiohttp.ClientConnectorDNSError):
        run(main())


def test_the_server_sees_the_client_go() -> None:
    ended: list[tuple[str, float]] = []

    async def endless(request: web.Request) -> web.StreamResponse:
        try:
            return await stream(1000, pause=1)(request)
        except (ConnectionError, asyncio.CancelledError) as error:
            ended.append((type(error).__name__, now()))
            raise

    async def main() -> None:
        async with serving(endless) as url:
            async with aiohttp.ClientSession() as session, session.get(url) as response:
                await response.content.readline()
                await asyncio.sleep(2.5)
            await asyncio.sleep(10)

    run(main())
    [(kind, at)] = ended
    assert kind in {"CancelledError", "ClientConnectionResetError"}
    assert 2.5 <= at <= 3


def test_the_client_sees_the_server_break_the_connection(reset: Any) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        asyncio.get_running_loop().call_later(1.5, reset, request.transport)
        return await stream(10, pause=1)(request)

    async def main() -> tuple[list[bytes], str, float]:
        async with serving(cut) as url, aiohttp.ClientSession() as session, session.get(url) as response:
            lines: list[bytes] = []
            with pytest.raises(aiohttp.ClientError) as caught:
                await collect(response, lines)
            return lines, str(caught.value), now()

    lines, error, at = run(main())
    assert lines == [b"data: 0\n", b"\n", b"data: 1\n", b"\n"]
    assert "ConnectionResetError" in error
    assert at == 1.5


def test_a_client_that_stops_reading_stops_the_server() -> None:
    written = []

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(bytes(10_000))
            written.append(10_000)
        return response

    async def main() -> int:
        async with serving(flood) as url, aiohttp.ClientSession() as session, session.get(url) as response:
            await asyncio.sleep(60)
            stalled_at = sum(written)
            await response.read()
            return stalled_at

    assert run(main()) < 1_000_000
    assert sum(written) == 10_000_000


def test_a_connection_is_kept_alive_and_used_again() -> None:
    async def peer(request: web.Request) -> web.Response:
        return web.json_response(request.transport.get_extra_info("peername"))  # type: ignore[union-attr]

    async def main() -> list[Any]:
        async with serving(peer) as url, aiohttp.ClientSession() as session:
            answers = []
            for _ in range(2):
                async with session.get(url) as response:
                    answers.append(await response.json())
                await asyncio.sleep(5)
            return answers

    first, second = run(main())
    assert first == second


def test_shutdown_waits_for_streams_no_longer_than_its_timeout() -> None:
    async def main() -> float:
        async with aiohttp.ClientSession() as session:
            async with serving(stream(1000, pause=1)) as url:
                response = await session.get(url)
                began = now()
            response.close()
            return now() - began

    assert 10 <= run(main()) <= 25


def test_unix_sockets_work_too() -> None:
    async def main() -> str:
        async def hello(_request: web.Request) -> web.Response:
            return web.Response(text="hello")

        app = web.Application()
        app.router.add_get("/", hello)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.UnixSite(runner, "/run/app.sock").start()
        connector = aiohttp.UnixConnector("/run/app.sock")
        async with aiohttp.ClientSession(connector=connector) as session, session.get("http://app/") as response:
            text = await response.text()
        await runner.cleanup()
        return text

    assert run(main()) == "hello"
