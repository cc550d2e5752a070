"""The connections of a load: aiohttp's side of all its streams, each opened once and read to its end.

A stream that breaks is not opened again: what a client makes of a break is what scenarios show.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp

from ssechaos.client.answer import Head
from ssechaos.client.breaks import next_bytes
from ssechaos.load.descriptors import allow
from ssechaos.load.outcome import Outcome
from ssechaos.load.stream import Stream
from ssechaos.probe.connection import without_silent_retry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from random import Random

    from ssechaos.load.plan import Plan

_LOOK_EVERY = 0.05
"""Seconds between two looks at how late this process is."""
_TELL_EVERY = 5.0
"""Seconds between two lines of progress."""


async def load(plan: Plan, rng: Random, tell: Callable[[str], None]) -> Outcome:
    """Make the load; ``rng`` spreads the starts, and ``tell`` is given lines of progress.

    Raises:
        UsageError: this system does not allow as many connections.
    """
    allow(plan.streams)
    return await _Load(plan, tell).outcome(plan.starts(rng))


class _Load:
    def __init__(self, plan: Plan, tell: Callable[[str], None]) -> None:
        self._plan = plan
        self._tell = tell
        self._now = asyncio.get_running_loop().time
        self._began = self._now()
        self._end = self._began + plan.over + plan.duration
        self._streams: list[Stream] = []
        self._lag = 0.0

    async def outcome(self, starts: list[float]) -> Outcome:
        self._tell(f"opening {len(starts)} streams within {self._plan.over:g} s")
        async with _session() as session, self._watching(), asyncio.TaskGroup() as group:
            for start in starts:
                group.create_task(self._read(session, start))
        return Outcome(self._plan, tuple(self._streams), self._now() - self._began, self._lag)

    async def _read(self, session: aiohttp.ClientSession, start: float) -> None:
        await asyncio.sleep(start)
        stream = Stream(self._now())
        self._streams.append(stream)
        try:
            async with asyncio.timeout_at(self._end):
                response = await session.get(self._plan.url, allow_redirects=False)
                try:
                    await self._follow(stream, response)
                finally:
                    response.close()
        except aiohttp.ClientError as error:
            stream.broke(str(error) or type(error).__name__)
        except TimeoutError:
            stream.left()
        except OSError as error:
            stream.broke(str(error))

    async def _follow(self, stream: Stream, response: aiohttp.ClientResponse) -> None:
        headers = {name.lower(): value for name, value in response.headers.items()}
        stream.answered(Head(response.status, headers), self._now())
        while stream.fate is None:
            data = await next_bytes(response.content)
            if data:
                stream.received(data, self._now())
            else:
                stream.closed()

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._watch_lag()), asyncio.create_task(self._tell_now_and_then())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    async def _watch_lag(self) -> None:
        while True:
            due = self._now() + _LOOK_EVERY
            await asyncio.sleep(_LOOK_EVERY)
            self._lag = max(self._lag, self._now() - due)

    async def _tell_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(_TELL_EVERY)
            opened = sum(stream.opened_after is not None for stream in self._streams)
            ended = sum(stream.fate is not None for stream in self._streams)
            events = sum(stream.events for stream in self._streams)
            self._tell(f"{self._now() - self._began:4.0f} s  {opened} opened, {ended} ended, {events} events")


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(without_silent_retry,),
        headers={"Accept": "text/event-stream", "Accept-Encoding": "identity", "Cache-Control": "no-cache"},
    )
