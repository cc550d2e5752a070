"""The server as a whole: start, limits, crash, restart, goodbye."""

from __future__ import annotations

import asyncio
import json
import socket
from random import Random
from typing import Any

import aiohttp
import pytest

from ssechaos.errors import UsageError
from ssechaos.model import ServerSettings, Workload
from ssechaos.networks.simulated import run
from ssechaos.server import Connection, ReferenceServer


def test_what_a_request_leaves_out_is_the_servers_default(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert (await visitor.read("")).ids == [1, 2, 3]

    visit(story, workload=Workload(events=3, interval=0))


def test_the_same_random_gives_the_same_bytes() -> None:
    async def main() -> bytes:
        async with (
            ReferenceServer(random=Random(7)) as server,
            aiohttp.ClientSession() as http,
            http.get(f"{server.url}/stream?events=5") as response,
        ):
            return await response.read()

    assert run(main()) == run(main())


def test_too_many_connections_of_one_client_are_refused(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with (
            visitor.opening("stream=a&interval=10"),
            visitor.opening("stream=a"),
            visitor.opening("stream=a", last="7") as refused,
        ):
            assert refused.response.status == 429
            assert refused.response.headers["Retry-After"] == "2"
            assert "2 connections" in (await refused.response.json())["error"]
        await asyncio.sleep(1)
        async with visitor.opening("stream=a") as again:
            assert again.response.status == 200

    visit(story, ServerSettings(max_connections_per_client=2, retry=1.5))
    assert notes.requests[2] == (3, "7", 429)


def test_too_many_requests_of_one_client_are_refused(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async def status() -> tuple[int, str | None]:
            async with visitor.opening("stream=a&events=1&interval=0") as reading:
                return reading.response.status, reading.response.headers.get("Retry-After")

        assert [await status() for _ in range(3)] == [(200, None), (429, "4"), (429, "4")]
        await asyncio.sleep(4)
        assert (await status())[0] == 200

    visit(story, ServerSettings(max_requests_per_second=0.25))


def test_a_bad_request_is_answered_with_a_reason(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("events=none") as refused:
            assert refused.response.status == 400
            assert refused.response.content_type == "application/json"
            assert (await refused.response.json())["error"].startswith("events is a whole number")

    visit(story)
    assert notes.requests == [(1, None, 400)]
    assert notes.ends == []


async def test_a_crash_resets_every_connection(real_visit: Any, notes: Any) -> None:
    async with real_visit() as visitor:
        host, port = visitor.server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as idle:
            async with visitor.opening("stream=a&events=100&interval=0.01") as reading:
                await reading.until(2)
                await visitor.server.crash()
                assert notes.ends == [(1, "crash")]
                with pytest.raises(aiohttp.ClientPayloadError):
                    await reading.all()
            idle.settimeout(5)
            with pytest.raises(ConnectionResetError):
                idle.recv(1)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, int(port))


async def test_streams_outlive_a_crash(real_visit: Any, notes: Any) -> None:
    async with real_visit() as visitor:
        url = visitor.server.url
        async with visitor.opening("stream=a&events=20&interval=0.01") as reading:
            await reading.until(2)
            await visitor.server.crash()
        await notes.until(lambda: len(notes.emitted_data) == 20)
        await visitor.server.restart()
        assert visitor.server.url == url
        rest = await visitor.read("stream=a", last=str(reading.ids[-1]))
        assert reading.ids + rest.ids == list(range(1, 21))


def test_a_simulated_crash_loses_nothing_either(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=20&interval=0.1") as reading:
            await reading.until(5)
            await visitor.server.crash()
            with pytest.raises(aiohttp.ClientPayloadError):
                await reading.all()
        with pytest.raises(aiohttp.ClientConnectorError):
            await visitor.read("stream=a")
        await asyncio.sleep(1)
        await visitor.server.restart()
        assert reading.ids + (await visitor.read("stream=a", last="5")).ids == list(range(1, 21))

    visit(story)
    assert notes.ends == [(1, "crash"), (2, "complete")]


def test_it_may_crash_twice(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        for _ in range(2):
            await visitor.server.crash()
            await visitor.server.restart()
        assert (await visitor.read("events=1")).ids == [1]

    visit(story)


def test_a_server_that_crashed_can_be_left(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.server.crash()

    visit(story)


def test_leaving_ends_streams_with_an_error_event(notes: Any) -> None:
    async def main() -> bytes:
        async with aiohttp.ClientSession() as http:
            async with ReferenceServer(ledger=notes) as server:
                response = await http.get(f"{server.url}/stream?stream=a&events=9&interval=1")
                await asyncio.sleep(2.5)
            return await response.read()

    body = run(main())
    assert body.count(b"event: content_chunk") == 3
    end = body.rpartition(b"event: error\ndata: ")[2]
    assert json.loads(end)["reason"] == "shutdown"
    assert notes.ends == [(1, "shutdown")]


def test_leaving_does_not_wait_for_ever_for_a_reader_that_takes_nothing(notes: Any) -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        async with ReferenceServer(ledger=notes) as server:
            port = int(server.url.rpartition(":")[2])
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
            writer.write(b"GET /stream?size=90000&events=9&interval=0 HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(1)
            left = loop.time()
        writer.transport.abort()
        return loop.time() - left

    assert 2.9 < run(main()) < 5
    assert notes.ends == [(1, "shutdown")]


async def test_a_taken_port_is_an_error_that_names_it(real_visit: Any) -> None:
    async with real_visit() as visitor:
        port = int(visitor.server.url.rpartition(":")[2])
        with pytest.raises(UsageError, match=f"127.0.0.1 port {port}"):
            async with ReferenceServer(port=port):
                pass


def test_an_address_that_is_not_ours_is_an_error() -> None:
    async def main() -> None:
        async with ReferenceServer(host="192.0.2.1"):
            pass

    with pytest.raises(UsageError, match=r"192\.0\.2\.1") as caught:
        asyncio.run(main())
    assert isinstance(caught.value.__cause__, OSError)
    assert "None" not in str(caught.value)  # Python 3.13's error has no number, and no words of the system


def test_a_server_that_is_not_running_says_so() -> None:
    with pytest.raises(UsageError, match="async with"):
        run(ReferenceServer().crash())


@pytest.mark.parametrize(
    "settings",
    [
        ServerSettings(heartbeat_interval=0),
        ServerSettings(history=0),
        ServerSettings(stream_max_seconds=float("inf")),
        ServerSettings(retry=-1),
    ],
)
def test_settings_without_meaning_are_refused(settings: ServerSettings) -> None:
    with pytest.raises(UsageError, match=r"the server setting .* is a number above 0"):
        ReferenceServer(settings)


def test_a_broken_connection_is_reset_and_says_so(visit: Any, notes: Any, caplog: Any) -> None:
    class Broken(Connection):
        async def heartbeat(self) -> None:
            raise ZeroDivisionError

    async def story(visitor: Any) -> None:
        with pytest.raises(aiohttp.ClientPayloadError):
            await visitor.read("events=2&interval=60")

    visit(story, connection=Broken)
    assert notes.ends == [(1, "internal_error")]
    assert "ZeroDivisionError" in caplog.text
