"""Whole clients as people write them in half an hour: aiohttp, a parser, and a loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from bugzoo.bug import planted
from bugzoo.living import CommentHeartbeats
from ssechaos.sse import Event, Parser

if TYPE_CHECKING:
    from random import Random

    from ssechaos.client import Application
    from ssechaos.model import ClientPolicy


class PlainClient:
    """A loop around a request that resumes by id: right on a good day. Bugs override its small methods."""

    timeout = aiohttp.ClientTimeout(total=None)

    def __init__(self) -> None:
        self.last_event_id: str | None = None
        self.over = False

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:  # noqa: ARG002 - no jitter here
        """Read, and read again after a break, until the stream is complete or the tries are used up."""
        for attempt in range(policy.max_attempts):
            application.show_state("reconnecting" if attempt else "connecting")
            application.connecting(attempt, self.last_event_id)
            try:
                await self.read(url, application)
            except aiohttp.ClientError as error:
                application.notify(f"connection lost: {error}")
            if self.over:
                application.show_state("closed")
                application.done()
                return
            await asyncio.sleep(policy.backoff[min(attempt, len(policy.backoff) - 1)])
        application.show_state("closed")
        application.fail("too many tries")

    async def read(self, url: str, application: Application) -> None:
        """Read one connection to its end."""
        headers = {"Last-Event-ID": self.last_event_id} if self.last_event_id else {}
        async with (
            aiohttp.ClientSession(timeout=self.timeout) as session,
            session.get(url, headers=headers) as response,
        ):
            application.show_state("open")
            await self.follow(response, application)

    async def follow(self, response: aiohttp.ClientResponse, application: Application) -> None:
        """Deliver what a response brings."""
        parser = Parser()
        async for data in response.content.iter_any():
            for event in parser.feed(data):
                self.take(event, application)

    def take(self, event: Event, application: Application) -> None:
        """Deliver one event."""
        self.last_event_id = event.id or self.last_event_id
        self.over = self.over or event.event == "complete"
        application.deliver(event)


@planted("client_misbehaved", seen_in="seven_minutes")
class FiveMinuteTotalTimeout(PlainClient):
    """Leaves aiohttp's default timeout on, which kills streams after five minutes with an error of its own."""

    timeout = aiohttp.ClientTimeout(total=300.0)


@planted("silent_failure", seen_in=("seven_minutes", "stall_path"))
class ReadsTheWholeResponseFirst(PlainClient):
    """Waits for the end of the response before it delivers anything: a buffering HTTP client."""

    async def follow(self, response: aiohttp.ClientResponse, application: Application) -> None:
        for event in Parser().feed(await response.read()):
            self.take(event, application)


@planted("client_misbehaved", seen_in=("handoff", "evicted_history"))
class CrashesOnWhatItDoesNotKnow(PlainClient):
    """Reads every event as content, and dies at the first heartbeat, gap or error: a missing `match` arm."""

    def take(self, event: Event, application: Application) -> None:
        if event.event not in {"content_chunk", "complete"}:
            raise KeyError(event.event)
        super().take(event, application)


@planted("duplicates", "corrupted", seen_in="quiet_stream", beside=CommentHeartbeats)
class CommentsBecomeEvents(PlainClient):
    """Dispatches an empty event, under the last id, for a comment and a blank line (httpx-sse)."""

    async def follow(self, response: aiohttp.ClientResponse, application: Application) -> None:
        parser = Parser()
        async for data in response.content.iter_any():
            comments = parser.comments
            for event in parser.feed(data):
                self.take(event, application)
            if parser.comments > comments:
                self.take(Event("", id=self.last_event_id), application)


@planted("corrupted", "lost", "duplicates", seen_in="cut_during_replay")
class OneDecoderForAllConnections(PlainClient):
    """Keeps half an event, and the id in it, when it connects again: the decoder is a field of the client."""

    def __init__(self) -> None:
        super().__init__()
        self._parser = Parser()

    async def follow(self, response: aiohttp.ClientResponse, application: Application) -> None:
        async for data in response.content.iter_any():
            for event in self._parser.feed(data):
                self.take(event, application)
