"""The contract's test service, without the contract: what it posts to whoever created a stream."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from sse_contract.service import serving

from ssechaos.networks.simulated import run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class Owner:
    """Serves a stream that says ``says`` at once, and takes what the service posts about it."""

    def __init__(self, says: bytes) -> None:
        self.says = says
        self.asked: list[web.Request] = []
        self.body = ""
        self.told: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.body = await request.text()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(self.says)
        await asyncio.sleep(3600)
        return response

    async def callback(self, request: web.Request) -> web.Response:
        self.told.put_nowait((request.match_info["number"], await request.json()))
        return web.Response(status=202)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_route("*", "/stream", self.stream)
        app.router.add_post("/told/{number}", self.callback)
        runner = web.AppRunner(app, shutdown_timeout=0.0, handler_cancellation=True)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()

    async def hear(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        return [await self.told.get() for _ in range(count)]


@asynccontextmanager
async def created(owner: Owner, **wanted: Any) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    """A stream that the service reads from ``owner``; yields a session, and the stream's URL at the service."""
    async with owner.serving() as here, serving() as service, aiohttp.ClientSession() as session:
        wanted |= {"streamUrl": f"{here}/stream", "callbackUrl": f"{here}/told"}
        async with session.post(service, json=wanted) as answer:
            yield session, service + answer.headers["Location"]


def event(data: str, event_id: str = "", event: str = "message") -> dict[str, Any]:
    return {"kind": "event", "event": {"type": event, "data": data, "id": event_id}}


def test_comments_and_events_are_posted_in_their_order_and_counted() -> None:
    async def program() -> list[Any]:
        owner = Owner(b": one\ndata: 1\n\n:two\nid: a\ndata: 2\n\ndata: 3\n\n")
        async with created(owner):
            return await owner.hear(5)

    comments = [{"kind": "comment", "comment": " one"}, {"kind": "comment", "comment": "two"}]
    messages = [comments[0], event("1"), comments[1], event("2", "a"), event("3", "a")]
    assert run(program()) == [(str(number), message) for number, message in enumerate(messages, 1)]


def test_a_restart_is_a_new_connection_after_the_last_event_and_no_error() -> None:
    async def program() -> tuple[Any, list[web.Request]]:
        owner = Owner(b"id: a\ndata: 1\n\n")
        async with created(owner, initialDelayMs=0) as (session, stream):
            await owner.hear(1)
            owner.says = b"data: 2\n\n"
            async with session.post(stream, json={"command": "restart"}) as answer:
                assert answer.status == 202
            return await owner.hear(1), owner.asked

    told, asked = run(program())
    assert told == [("2", event("2", "a"))]
    assert [request.headers.get("Last-Event-ID") for request in asked] == [None, "a"]


def test_a_stream_is_asked_for_as_wanted_and_silence_is_an_error() -> None:
    async def program() -> tuple[Any, web.Request, str]:
        owner = Owner(b"")
        wanted = {"method": "POST", "body": "{}", "headers": {"x-own": "1"}, "lastEventId": "z"}
        async with created(owner, readTimeoutMs=500, initialDelayMs=0, **wanted):
            told = await owner.hear(1)
            return told, owner.asked[0], owner.body

    [(_, told)], request, body = run(program())
    assert told["kind"] == "error"
    assert "nothing has come for 0.5 s" in told["error"]
    assert (request.method, request.headers["x-own"], request.headers["Last-Event-ID"]) == ("POST", "1", "z")
    assert body == "{}"


@pytest.mark.parametrize(("command", "status"), [("fly", 400), ("restart", 404)])
def test_what_it_can_not_do_it_says(command: str, status: int) -> None:
    async def program() -> int:
        async with created(Owner(b"")) as (session, stream):
            if command == "restart":
                async with session.delete(stream) as closed:
                    assert closed.status == 204
            async with session.post(stream, json={"command": command}) as answer:
                return answer.status

    assert run(program()) == status
