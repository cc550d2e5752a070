"""The reference client's driver: aiohttp around the reconnect core.

Every attempt has a connection of its own, which is dropped, not closed in good order, when the core hangs up: on a
dead path a farewell would wait for ever. aiohttp's total timeout and its silent retry are off: the first kills
healthy streams after five minutes, the second makes connections that nobody is told of.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, assert_never

import aiohttp
from yarl import URL

from ssechaos.client.answer import Head
from ssechaos.client.base import register
from ssechaos.client.breaks import next_bytes, reason, without_silent_retry
from ssechaos.client.core import Core, Phase
from ssechaos.client.decisions import Connect, Decision, Deliver, Fail, Finish, Hangup, Notify, Show
from ssechaos.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from ssechaos.client.base import Application
    from ssechaos.model import ClientPolicy

_REDIRECTS = 5


@register("reference")
class ReferenceClient:
    """The client that shows how it is done: in order, exactly once, and never silent."""

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:
        """Read the stream at ``url`` to its end: returns after ``done`` or ``fail``. Cancelling it cleans up.

        A ``last_event_id`` in the URL's query is where the stream goes on.
        """
        trace_id = f"{rng.getrandbits(128):032x}"
        async with _session(trace_id) as session:
            await _Run(url, application, Core(policy, rng, _resumed_after(url)), session).to_end()


class _Run:
    """One stream's core and application, and its present connection."""

    def __init__(self, url: str, application: Application, core: Core, session: aiohttp.ClientSession) -> None:
        self._url = url
        self._application = application
        self._core = core
        self._session = session
        self._now = asyncio.get_running_loop().time
        self._response: aiohttp.ClientResponse | None = None
        self._last_event_id: str | None = None

    async def to_end(self) -> None:
        try:
            self._act(self._core.start(self._now()))
            while self._core.phase is not Phase.OVER:
                await self._next()
        finally:
            self._hang_up()

    async def _next(self) -> None:
        """Do what the core's phase asks for, until it asks for something else or its deadline has come.

        While a stream is open its deadline moves on with all that comes. That sets no timer anew: one that comes
        too early only asks the core, which does nothing before its deadline.
        """
        try:
            async with asyncio.timeout_at(self._core.deadline) as limit:
                self._act(await self._happening())
                while self._core.phase is Phase.OPEN and not self._is_due_before(limit):
                    self._act(await self._happening())
        except TimeoutError:
            if not limit.expired():
                raise
            # The loop's timers may be early by its clock's resolution.
            self._act(self._core.tick(max(self._now(), limit.when() or 0.0)))

    def _is_due_before(self, limit: asyncio.Timeout) -> bool:
        ends, due = limit.when(), self._core.deadline
        return due is not None and (ends is None or due < ends)

    async def _happening(self) -> list[Decision]:
        """Wait for what comes next, and say what the core makes of it."""
        try:
            if self._core.phase is Phase.CONNECTING:
                return self._core.connected(await self._request(), self._now())
            if self._response is not None and self._core.phase is Phase.OPEN:
                data = await next_bytes(self._response.content)
                return self._core.received(data, self._now()) if data else self._core.broken(None, self._now())
        except TargetError as error:
            return self._core.refused(str(error))
        except (aiohttp.ClientError, OSError) as error:
            return self._core.broken(reason(error), self._now())
        return await asyncio.Future()  # nothing but the deadline is to come

    async def _request(self) -> Head:
        try:
            # aiohttp counts the first request, too, and hands out the answer when a redirect has no Location.
            self._response = await self._session.get(
                self._url, headers=_resuming(self._last_event_id), max_redirects=_REDIRECTS + 1
            )
        except aiohttp.TooManyRedirects as error:
            raise TargetError(f"the URL leads to more than {_REDIRECTS} redirects") from error
        except (aiohttp.NonHttpUrlClientError, ValueError) as error:
            # The URL is wrong, or the stream has an id that no header can carry.
            asked = "" if self._last_event_id is None else f" with Last-Event-ID {self._last_event_id!r}"
            what = f"{type(error).__name__}: {error}".rstrip(".")
            raise TargetError(f"no request{asked} can be made ({what})") from error
        return Head(self._response.status, {name.lower(): value for name, value in self._response.headers.items()})

    def _hang_up(self) -> None:
        response, self._response = self._response, None
        if response is None:
            return
        if response.connection is not None and response.connection.transport is not None:
            response.connection.transport.abort()
        response.close()

    def _act(self, decisions: Iterable[Decision]) -> None:
        for decision in decisions:
            self._carry_out(decision)

    def _carry_out(self, decision: Decision) -> None:
        match decision:
            case Hangup():
                self._hang_up()
            case Connect(attempt, last_event_id):
                self._last_event_id = last_event_id
                self._application.connecting(attempt, last_event_id)
            case Deliver(event):
                self._application.deliver(event)
            case Show(state):
                self._application.show_state(state)
            case Notify(message, attempt, retry_in, asked):
                self._application.notify(message, attempt, retry_in, asked)
            case Fail(message):
                self._application.fail(message)
            case Finish():
                self._application.done()
            case _:
                assert_never(decision)


def _session(trace_id: str) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(without_silent_retry,),
        headers={
            "Accept": "text/event-stream",
            "Accept-Encoding": "identity",
            "Cache-Control": "no-cache",
            "X-Trace-ID": trace_id,
        },
    )


def _resuming(last_event_id: str | None) -> dict[str, str]:
    return {} if last_event_id is None else {"Last-Event-ID": last_event_id}


def _resumed_after(url: str) -> str | None:
    try:
        return URL(url).query.get("last_event_id")
    except ValueError:
        return None  # the request will say what is wrong with it
