"""Two endpoints made with sse-starlette; both resume after ``Last-Event-ID`` in the way that comes to mind.

Starlette and sse-starlette leave resuming to the application: what a search finds here is about these few lines.
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

Message = dict[str, str]

STORE = 0.01
"""Seconds that a store takes to answer."""
COMPLETE: Message = {"event": "complete", "data": "that was all"}


def after(request: Request) -> int:
    """The last event that the client has; 0 for none."""
    return int(request.headers.get("Last-Event-ID", 0))


def message(number: int, size: int) -> Message:
    """One event."""
    return {"id": str(number), "data": f"event {number} ".ljust(size, ".")}


async def counting_stream(request: Request) -> EventSourceResponse:
    """Every client has a generator of its own, which begins after its last event."""
    query = request.query_params

    async def generate_events() -> AsyncIterator[Message]:
        for number in range(after(request) + 1, int(query["events"]) + 1):
            yield message(number, int(query["size"]))
            await asyncio.sleep(float(query["interval"]))
        yield COMPLETE

    return EventSourceResponse(generate_events())


counting = Starlette(routes=[Route("/stream", counting_stream)])


class Feed:
    """One sequence of events for all clients, produced once, with its past."""

    def __init__(self) -> None:
        self._past: list[Message] = []
        self._queues: set[asyncio.Queue[Message]] = set()
        self._producer: asyncio.Task[None] | None = None

    async def stream(self, request: Request) -> EventSourceResponse:
        """Replay what a client missed, then go on with what is new."""
        query = request.query_params
        if self._producer is None:
            producing = self._produce(int(query["events"]), float(query["interval"]), int(query["size"]))
            self._producer = asyncio.create_task(producing)
        return EventSourceResponse(self._messages(after(request)))

    async def _messages(self, last: int) -> AsyncIterator[Message]:
        for missed in await self._stored(last):
            yield missed
        queue: asyncio.Queue[Message] = asyncio.Queue()
        self._queues.add(queue)
        try:
            while True:
                new = await queue.get()
                yield new
                if new is COMPLETE:
                    return
        finally:
            self._queues.discard(queue)

    async def _stored(self, last: int) -> list[Message]:
        """What came after ``last``, as a database gives it out: right when it was asked, old when it arrives."""
        found = self._past[last:]
        await asyncio.sleep(STORE)
        return found

    async def _produce(self, events: int, interval: float, size: int) -> None:
        for number in range(1, events + 1):
            await asyncio.sleep(interval)
            self._publish(message(number, size))
        self._publish(COMPLETE)

    def _publish(self, new: Message) -> None:
        self._past.append(new)
        for queue in self._queues:
            queue.put_nowait(new)


def broadcasting() -> Starlette:
    """An application of its own for each run, as it keeps what it sent."""
    return Starlette(routes=[Route("/stream", Feed().stream)])
