"""httpx-sse as its readme shows it, with ``async``: the quickstart, and the recipe for reconnecting."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
from httpx_sse import ServerSentEvent, aconnect_sse
from stamina import retry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


async def quickstart(url: str) -> AsyncIterator[ServerSentEvent]:
    """The first example of the readme: one connection."""
    async with httpx.AsyncClient() as client, aconnect_sse(client, "GET", url) as event_source:
        async for sse in event_source.aiter_sse():
            yield sse


async def recipe(url: str) -> AsyncIterator[ServerSentEvent]:
    """The readme's "Handling reconnections"."""
    async with httpx.AsyncClient() as client:
        async for sse in aiter_sse_retrying(client, "GET", url):
            yield sse


def aiter_sse_retrying(client: httpx.AsyncClient, method: str, url: str) -> AsyncIterator[ServerSentEvent]:
    """``iter_sse_retrying`` of the readme, line for line, with ``async`` and ``await``."""
    last_event_id = ""
    reconnection_delay = 0.0

    @retry(on=httpx.ReadError)
    async def _aiter_sse() -> AsyncIterator[ServerSentEvent]:
        nonlocal last_event_id, reconnection_delay

        await asyncio.sleep(reconnection_delay)

        headers = {"Accept": "text/event-stream"}

        if last_event_id:
            headers["Last-Event-ID"] = last_event_id

        async with aconnect_sse(client, method, url, headers=headers) as event_source:
            async for sse in event_source.aiter_sse():
                last_event_id = sse.id

                if sse.retry is not None:
                    reconnection_delay = sse.retry / 1000

                yield sse

    return _aiter_sse()
