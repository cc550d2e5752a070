"""Twenty events that any client can resume: Starlette and sse-starlette, ten lines.

Everything that ssechaos asks of a server is here: ids that grow by one, a stream that goes on behind
``Last-Event-ID``, the same bytes however often an event is sent, and a last event that says that it is the last.
Signs of life are sse-starlette's own affair: a comment each 15 seconds.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request


async def events(after: int) -> AsyncIterator[dict[str, str]]:
    """What comes after an event; 0: everything."""
    for number in range(after + 1, 21):
        yield {"id": str(number), "data": f"event {number}"}
        await asyncio.sleep(0.1)
    yield {"event": "complete", "data": ""}


async def stream(request: Request) -> EventSourceResponse:
    """Every client has a stream of its own, which begins after its last event."""
    return EventSourceResponse(events(int(request.headers.get("Last-Event-ID", 0))))


app = Starlette(routes=[Route("/events", stream)])
