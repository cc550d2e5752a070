"""The test service of sse-contract-tests: creates clients, commands and closes them, and posts what they tell.

Its face is that of ``docs/service_spec.md`` in https://github.com/launchdarkly/sse-contract-tests.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from sse_contract.client import Asked, Comment, ContractClient
from ssechaos.model import ClientPolicy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ssechaos.sse import Event

CAPABILITIES = (
    "bom",
    "comments",
    "headers",
    "last-event-id",
    "post",
    "read-timeout",
    "report",
    "restart",
    "server-directed-shutdown-request",
)
"""All that there are but ``event-type-listeners``, for clients that need to be told which types to listen for."""


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    """The service, on a free port; yields its URL."""
    runner = web.AppRunner(_application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Stream:
    """A client at work; what it tells is posted to the callback URL, in order, each message under its number."""

    def __init__(self, asked: Asked, callback_url: str) -> None:
        self._client = ContractClient(asked)
        self._callback_url = callback_url
        self._messages: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._last_event_id = ""
        self._restarting = False
        self._tasks = [asyncio.create_task(self._client.read(self)), asyncio.create_task(self._post())]

    def restart(self) -> None:
        """Let the client connect anew."""
        self._restarting = True
        self._client.restart()

    async def close(self) -> None:
        """Stop the client and forget what it told."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _post(self) -> None:
        async with aiohttp.ClientSession() as session:
            for number in count(1):
                message = await self._messages.get()
                with suppress(aiohttp.ClientError):  # whoever asked for the stream may be gone
                    await session.post(f"{self._callback_url}/{number}", json=message)

    # --- what the client tells its application ----------------------------------------------------------------

    def deliver(self, event: Event) -> None:
        """An event or a comment. Its id is the standard's ``lastEventId``: that of the stream so far."""
        if isinstance(event, Comment):
            self._messages.put_nowait({"kind": "comment", "comment": event.data})
            return
        self._last_event_id = self._last_event_id if event.id is None else event.id
        told = {"type": event.event, "data": event.data, "id": self._last_event_id}
        self._messages.put_nowait({"kind": "event", "event": told})

    def notify(self, message: str, *_: object) -> None:
        """Trouble, unless it is what the caller asked for."""
        if not self._restarting:
            self.fail(message)
        self._restarting = False

    def fail(self, message: str) -> None:
        """The client gave up."""
        self._messages.put_nowait({"kind": "error", "error": message})

    def connecting(self, attempt: int, last_event_id: str | None) -> None:
        """Not part of the contract."""

    def show_state(self, state: str) -> None:
        """Not part of the contract."""

    def done(self) -> None:
        """Not part of the contract."""

    def clocked(self, unix: float, moment: float | None = None) -> None:
        """Not part of the contract."""

    def misbehaved(self, message: str) -> None:
        """Not part of the contract."""

    def log(self, line: str) -> None:
        """Not part of the contract."""


class _Service:
    def __init__(self) -> None:
        self._streams: dict[str, Stream] = {}
        self._numbers = count(1)

    async def status(self, _: web.Request) -> web.Response:
        return web.json_response({"name": "ssechaos", "capabilities": CAPABILITIES})

    async def create(self, request: web.Request) -> web.Response:
        wanted = await request.json()
        name = str(next(self._numbers))
        self._streams[name] = Stream(_asked(wanted), wanted["callbackUrl"])
        return web.Response(status=201, headers={"Location": f"/streams/{name}"})

    async def command(self, request: web.Request) -> web.Response:
        if (await request.json()).get("command") != "restart":
            raise web.HTTPBadRequest
        self._stream(request).restart()
        return web.Response(status=202)

    async def close(self, request: web.Request) -> web.Response:
        stream = self._stream(request)
        del self._streams[request.match_info["name"]]
        await stream.close()
        return web.Response(status=204)

    async def close_all(self, _: web.Application) -> None:
        for stream in self._streams.values():
            await stream.close()

    def _stream(self, request: web.Request) -> Stream:
        try:
            return self._streams[request.match_info["name"]]
        except KeyError:
            raise web.HTTPNotFound from None


def _asked(wanted: dict[str, Any]) -> Asked:
    """The contract's parameters in the client's words; times are milliseconds there."""
    delay, silence = wanted.get("initialDelayMs"), wanted.get("readTimeoutMs")
    policy: dict[str, Any] = {}
    if delay is not None:
        policy["backoff"] = (delay / 1000,)
    if silence is not None:
        policy |= {"silence_threshold": silence / 1000, "adopt_server_threshold": False}
    return Asked(
        url=wanted["streamUrl"],
        policy=ClientPolicy(**policy),
        last_event_id=wanted.get("lastEventId"),
        headers=wanted.get("headers") or {},
        method=wanted.get("method") or "GET",
        body=wanted.get("body"),
    )


def _application() -> web.Application:
    service = _Service()
    application = web.Application()
    application.router.add_get("/", service.status)
    application.router.add_post("/", service.create)
    application.router.add_post("/streams/{name}", service.command)
    application.router.add_delete("/streams/{name}", service.close)
    application.on_shutdown.append(service.close_all)
    return application
