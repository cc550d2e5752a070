"""A stream as many have it: numbered events, resumed after Last-Event-ID, with an end that says so."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import FastAPI, Header
from fastapi.responses import StreamingResponse

app = FastAPI()


@app.get("/stream")
async def stream(last_event_id: Annotated[int, Header()] = 0) -> StreamingResponse:
    """Send the events after ``last_event_id``."""
    return StreamingResponse(_events(last_event_id), media_type="text/event-stream")


async def _events(last: int) -> AsyncIterator[str]:
    for number in range(last + 1, 51):
        yield f"id: {number}\ndata: event {number}\n\n"
        await asyncio.sleep(0.1)
    yield "event: complete\ndata: {}\n\n"
