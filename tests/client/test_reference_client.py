"""The aiohttp driver: what it sends, that time and endings are right, and that nothing is left behind."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web

from ssechaos.client import CLIENTS, ReferenceClient
from ssechaos.client.breaks import reason
from ssechaos.model import ClientPolicy
from ssechaos.networks.simulated import run
from ssechaos.sse import Event, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Read = Callable[..., Awaitable[Any]]

STEADY = ClientPolicy(jitter=0.0)
COMPLETE = Event("{}", "complete")


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """The URL of a server that answers every request with ``handler``."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.0, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/stream"
    finally:
        await runner.cleanup()


async def opened(request: web.Request, *events: Event) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for event in events:
        await response.write(encode(event))
    return response


def numbered(*numbers: int) -> list[Event]:
    return [Event(f"chunk {number}", id=str(number)) for number in numbers]


def test_it_is_registered_under_its_name() -> None:
    assert isinstance(CLIENTS["reference"](), ReferenceClient)


def test_requests_ask_for_an_event_stream_unchanged_and_fresh_and_share_a_trace_id(read: Read) -> None:
    seen: list[web.Request] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request)
        return await opened(request, *(numbered(1, 2) if len(seen) == 1 else [COMPLETE]))

    async def program() -> None:
        async with serving(handler) as url:
            await read(url)

    run(program())
    first, second = seen
    assert first.headers["Accept"] == "text/event-stream"
    assert first.headers["Accept-Encoding"] == "identity"
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Last-Event-ID" not in first.headers
    assert second.headers["Last-Event-ID"] == "2"
    assert first.headers["X-Trace-ID"] == second.headers["X-Trace-ID"] != ""


def test_silence_of_30_seconds_is_shown_and_repaired(read: Read) -> None:
    calls: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        calls.append(request.headers.get("Last-Event-ID"))
        if len(calls) > 1:
            return await opened(request, *numbered(2), COMPLETE)
        response = await opened(request, *numbered(1))
        await asyncio.sleep(3600)
        return response

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    user = run(program())
    assert user.at("state", "waiting") == pytest.approx(30.0, abs=0.01)
    assert user.of("state") == ["connecting", "open", "waiting", "reconnecting", "open", "closed"]
    assert user.at("state", "closed") == pytest.approx(31.0, abs=0.01)
    assert "Waiting…" in str(user.of("notice"))
    assert (user.ids, calls) == (["1", "2", None], [None, "1"])


def test_a_healthy_stream_may_take_hours(read: Read) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        response = await opened(request)
        for event in numbered(*range(1, 501)):
            await asyncio.sleep(20)
            await response.write(encode(event))
        await response.write(encode(COMPLETE))
        return response

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    user = run(program())
    assert len(user.ids) == 501
    assert user.of("notice") == []


def test_a_server_that_accepts_and_does_not_answer_is_left_after_the_connect_timeout(read: Read) -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url, ClientPolicy(max_attempts=2, jitter=0.0))

    user = run(program())
    assert user.of("connecting") == [(0, None), (1, None)]
    [failure] = user.of("fail")
    assert failure == "No connection: no answer within 5 s. Gave up: tries that failed in a row: 2."
    assert user.at("fail", failure) == pytest.approx(5 + 1 + 5)


def test_each_attempt_is_one_connection_even_when_the_server_hangs_up_without_a_word(read: Read) -> None:
    connections = 0

    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async def program() -> Any:
        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await read(f"http://127.0.0.1:{port}/", ClientPolicy(max_attempts=3))

    user = run(program())
    assert connections == len(user.of("connecting")) == 3
    assert len(user.of("fail")) == 1


def test_nobody_listening_is_told_with_the_address(read: Read) -> None:
    async def program() -> Any:
        async with serving(opened) as url:
            pass
        return await read(url, ClientPolicy(max_attempts=1))

    [failure] = run(program()).of("fail")
    assert str(failure).startswith("No connection: can't connect to 127.0.0.1:")


def test_an_answer_that_broke_off_is_not_shown_as_python_sees_it() -> None:
    answer: Any = object()
    assert reason(aiohttp.ServerDisconnectedError(answer)) == "the connection broke in the middle of the answer"
    assert reason(aiohttp.ServerDisconnectedError()) == "Server disconnected"


def test_a_break_in_the_middle_of_the_answer_resumes(read: Read) -> None:
    calls = 0

    async def handler(request: web.Request) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        if calls == 1:
            response = await opened(request, *numbered(1, 2))
            await response.write(b"id: 3\ndata: half an ev")
            await asyncio.sleep(0.1)
            assert request.transport is not None
            request.transport.abort()
            return response
        return await opened(request, *numbered(3, 4), COMPLETE)

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    user = run(program())
    assert [event.data for event in user.of("event")][:4] == ["chunk 1", "chunk 2", "chunk 3", "chunk 4"]
    assert user.of("connecting") == [(0, None), (0, "2")]


def redirecting(status: int, hops: int, seen: list[str]) -> Handler:
    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Last-Event-ID", ""))
        hop = int(request.query.get("hop", "0"))
        if hop < hops:
            return web.Response(status=status, headers={"Location": f"/elsewhere?hop={hop + 1}"})
        return await opened(request, *numbered(8), COMPLETE)

    return handler


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_five_redirects_are_followed_with_the_same_headers(read: Read, status: int) -> None:
    seen: list[str] = []

    async def program() -> Any:
        async with serving(redirecting(status, 5, seen)) as url:
            return await read(f"{url}?last_event_id=7")

    assert run(program()).ids == ["8", None]
    assert seen == ["7"] * 6


def test_more_redirects_are_a_visible_error(read: Read) -> None:
    async def program() -> Any:
        async with serving(redirecting(302, 1000, [])) as url:
            return await read(url)

    assert run(program()).of("fail") == ["Gave up: the URL leads to more than 5 redirects."]


def test_a_redirect_without_location_is_a_visible_error(read: Read) -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302)

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    [failure] = run(program()).of("fail")
    assert "Location" in str(failure)


@pytest.mark.parametrize("url", ["no url", "ftp://127.0.0.1/stream", "http://", "http://127.0.0.1:port/"])
def test_a_url_that_can_not_work_is_a_visible_error_at_once(read: Read, url: str) -> None:
    user = run(read(url))
    assert user.of("state") == ["connecting", "closed"]
    [failure] = user.of("fail")
    assert str(failure).startswith("Gave up: no request can be made (")


@pytest.mark.parametrize("name", ["\x01", "a\x7f"])
def test_an_id_that_no_header_can_carry_is_a_visible_error_when_it_is_needed(read: Read, name: str) -> None:
    async def handler(request: web.Request) -> web.StreamResponse:
        return await opened(request, Event("chunk", id=name))

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    [failure] = run(program()).of("fail")
    assert f"no request with Last-Event-ID {name!r} can be made" in str(failure)


@pytest.mark.parametrize("name", ["é日本", "a b", "0x1", "7" * 100])
def test_any_other_id_is_sent_back_as_it_came(read: Read, name: str) -> None:
    seen: list[str | None] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        seen.append(request.headers.get("Last-Event-ID"))
        return await opened(request, COMPLETE if len(seen) > 1 else Event("chunk", id=name))

    async def program() -> Any:
        async with serving(handler) as url:
            return await read(url)

    assert run(program()).told[-1][1] == "done"
    assert seen == [None, name]


def test_204_and_wrong_media_types_stop_at_once(read: Read) -> None:
    async def program(response: Callable[[], web.Response]) -> Any:
        async def handler(_request: web.Request) -> web.StreamResponse:
            return response()

        async with serving(handler) as url:
            return await read(url)

    gone = run(program(lambda: web.Response(status=204)))
    page = run(program(lambda: web.Response(text="<p>Welcome to this hotel", content_type="text/html")))
    assert (len(gone.of("connecting")), len(page.of("connecting"))) == (1, 1)
    assert "204" in str(gone.of("fail"))
    assert "text/html" in str(page.of("fail"))


def test_cancelling_closes_the_connection_and_says_nothing_more(new_user: Any) -> None:
    left = asyncio.Event()

    async def handler(request: web.Request) -> web.StreamResponse:
        response = await opened(request, *numbered(1))
        try:
            await asyncio.sleep(3600)
        finally:
            left.set()
        return response

    async def program() -> float:
        async with serving(handler) as url:
            user = new_user()
            task = asyncio.create_task(ReferenceClient().run(url, user, STEADY, Random(0)))
            await user.until("event")
            told = len(user.told)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await left.wait()
            assert len(user.told) == told
            return asyncio.get_running_loop().time()

    assert run(program()) < 1.0


@pytest.mark.parametrize("moment", ["connecting", "pausing"])
def test_cancelling_ends_an_attempt_or_a_wait_as_well(read: Read, moment: str) -> None:
    async def handler(_request: web.Request) -> web.StreamResponse:
        if moment == "connecting":
            await asyncio.sleep(3600)
        return web.Response(status=503, headers={"Retry-After": "100"})

    async def program() -> float:
        async with serving(handler) as url:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(2.0):
                    await read(url)
        return asyncio.get_running_loop().time()

    assert run(program()) < 3.0


def test_an_application_that_raises_ends_the_run_with_its_exception(new_user: Any) -> None:
    class Picky(new_user):  # type: ignore[misc,valid-type] # made by the fixture
        def deliver(self, event: Event) -> None:
            raise ValueError(event.data)

    async def handler(request: web.Request) -> web.StreamResponse:
        response = await opened(request, *numbered(1, 2))
        await asyncio.sleep(3600)
        return response

    async def program() -> None:
        async with serving(handler) as url:
            await ReferenceClient().run(url, Picky(), STEADY, Random(0))

    with pytest.raises(ValueError, match="chunk 1"):
        run(program())


async def test_on_real_sockets_one_client_reads_several_streams_side_by_side(read: Read) -> None:
    breaks: dict[str, int] = {}

    async def handler(request: web.Request) -> web.StreamResponse:
        name = request.query["name"]
        breaks[name] = breaks.get(name, 0) + 1
        after = int(request.headers.get("Last-Event-ID", "0"))
        if after >= 9:
            return await opened(request, COMPLETE)
        response = await opened(request, *numbered(*range(after + 1, after + 4)))
        if after:
            assert request.transport is not None
            await asyncio.sleep(0.01)
            request.transport.abort()
        return response

    async with serving(handler) as url, asyncio.timeout(20), asyncio.TaskGroup() as group:
        policy = ClientPolicy(backoff=(0.01,))
        users = [group.create_task(read(f"{url}?name={name}", policy)) for name in range(5)]
    for user in users:
        assert user.result().ids == [*map(str, range(1, 10)), None]
    assert set(breaks.values()) == {4}
