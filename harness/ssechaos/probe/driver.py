"""The connections of one probe: all streams at once, then those that a first look calls for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.probe.buffering import wants_comparison
from ssechaos.probe.connection import listen
from ssechaos.probe.listening import Listener
from ssechaos.probe.observation import Observations, Resumption, Sighting
from ssechaos.probe.request import Request, shown
from ssechaos.probe.resuming import resume_point

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

Tell = Callable[[str], None]
"""Takes a line of progress."""

_EVERY = 5.0
"""Seconds between two lines of progress."""
_RESUME_TIMEOUT = 5.0
"""Seconds in which a resumed stream brings an event that it has already."""


async def probe(request: Request, tell: Tell) -> Observations:
    """Look at the streams of ``request``: takes its timeout and, for one that is silent or held, some more."""
    prober = _Prober(request, tell)
    seen = await prober.all_at_once()
    return replace(
        seen,
        uncompressed=await prober.uncompressed(seen.main),
        resumed=await prober.resumed(seen.main),
    )


class _Prober:
    def __init__(self, request: Request, tell: Tell) -> None:
        self._request = request
        self._limits = request.limits
        self._tell = tell
        self._now = asyncio.get_running_loop().time

    async def all_at_once(self) -> Observations:
        """The streams at the URL under test, and the direct one."""
        wanted = self._limits.concurrency
        self._tell(f"opening {wanted} streams at once, listening for {self._limits.timeout:g} s")
        urls = [self._request.url] * wanted + ([self._request.direct] if self._request.direct else [])
        seen = await self._listen([(url, self._listener(url, self._limits.timeout)) for url in urls], {})
        return Observations(
            limits=self._limits, through=tuple(seen[:wanted]), around=next(iter(seen[wanted:]), None)
        )

    async def uncompressed(self, main: Sighting) -> Sighting | None:
        """The stream without compression, where compression is suspected."""
        if not wants_comparison(main):
            return None
        self._tell("it is compressed and looks held back: listening once more without compression")
        listener = self._listener(self._request.url, self._limits.timeout)
        [seen] = await self._listen([(self._request.url, listener)], {"Accept-Encoding": "identity"})
        return seen

    async def resumed(self, main: Sighting) -> Resumption | None:
        """The stream after the last event but one, where events have ids."""
        point = resume_point(main)
        if point is None:
            return None
        asked, expected, first = point
        self._tell("coming back with a Last-Event-ID")
        listener = self._listener(self._request.url, min(self._limits.timeout, _RESUME_TIMEOUT), only_id=True)
        [seen] = await self._listen([(self._request.url, listener)], {"Last-Event-ID": asked})
        return Resumption(asked, expected, first, seen)

    def _listener(self, url: str, timeout: float, *, only_id: bool = False) -> Listener:
        return Listener(shown(url), self._now(), timeout, only_id=only_id)

    async def _listen(self, streams: Sequence[tuple[str, Listener]], headers: Mapping[str, str]) -> list[Sighting]:
        listeners = [listener for _, listener in streams]
        sent = {**self._request.headers, **headers}
        async with self._telling(listeners), asyncio.TaskGroup() as group:
            for url, listener in streams:
                # Credentials are given for this URL, not for wherever it leads to.
                group.create_task(listen(url, sent, listener, follow=not self._request.headers))
        return [listener.sighting() for listener in listeners]

    @asynccontextmanager
    async def _telling(self, listeners: Sequence[Listener]) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tell_now_and_then(listeners))
        try:
            yield
        finally:
            task.cancel()

    async def _tell_now_and_then(self, listeners: Sequence[Listener]) -> None:
        began = self._now()
        while True:
            await asyncio.sleep(_EVERY)
            opened = sum(listener.opened for listener in listeners)
            events = sum(listener.count for listener in listeners)
            silence = max((it.silence(self._now()) for it in listeners if not it.over), default=0.0)
            self._tell(
                f"{self._now() - began:4.0f} s  {opened} of {len(listeners)} streams open, {events} events, "
                f"silent for {silence:.1f} s"
            )
