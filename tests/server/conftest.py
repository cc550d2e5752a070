"""A reference server in virtual time, a visitor who reads its streams, and a ledger that can be looked at."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import aiohttp
import pytest

from ssechaos.model import ServerSettings
from ssechaos.networks.simulated import run
from ssechaos.server import ReferenceServer
from ssechaos.sse import Event, Parser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

T = TypeVar("T")
DEFAULTS = ServerSettings()


@dataclass
class Notes:
    """A ledger that keeps its entries as tuples."""

    emitted_data: dict[int, str] = field(default_factory=dict)
    requests: list[tuple[int, str | None, int]] = field(default_factory=list)
    sent_events: list[tuple[int, int | None, str, bool]] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not condition():
                self.news.clear()
                await self.news.wait()

    def emitted(self, sequence: int, event: str, data: str) -> None:
        assert event == "content_chunk"
        self.emitted_data[sequence] = data
        self.news.set()

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        assert peer.startswith("127.0.0.1:")
        self.requests.append((connection, last_event_id, status))

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        assert data
        self.sent_events.append((connection, sequence, event, replayed))

    def dropped(self, connection: int, reason: str) -> None:
        self.ends.append((connection, reason))
        self.news.set()


@dataclass
class Reading:
    """One response: read it event by event, or whole."""

    response: aiohttp.ClientResponse
    raw: bytes = b""
    events: list[Event] = field(default_factory=list)
    parser: Parser = field(default_factory=Parser)

    @property
    def ids(self) -> list[int]:
        return [int(event.id) for event in self.events if event.id is not None]

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.event == kind]

    async def some(self) -> bytes:
        data = await self.response.content.readany()
        self.raw += data
        self.events += self.parser.feed(data)
        return data

    async def until(self, count: int) -> None:
        while len(self.events) < count:
            assert await self.some(), f"the stream ended after {len(self.events)} events"

    async def all(self) -> Reading:
        while await self.some():
            pass
        return self


@dataclass
class Visitor:
    """A client of the server that takes everything as it comes."""

    server: ReferenceServer
    http: aiohttp.ClientSession

    @asynccontextmanager
    async def opening(self, query: str, last: str | None = None, **headers: str) -> AsyncIterator[Reading]:
        chosen = {name.replace("_", "-"): value for name, value in headers.items()}
        if last is not None:
            chosen["Last-Event-ID"] = last
        async with self.http.get(f"{self.server.url}/stream?{query}", headers=chosen) as response:
            yield Reading(response)

    async def read(self, query: str, last: str | None = None, **headers: str) -> Reading:
        async with self.opening(query, last, **headers) as reading:
            return await reading.all()

    async def text(self, path: str) -> str:
        async with self.http.get(self.server.url + path) as response:
            return await response.text()


class Visit(Protocol):
    def __call__(
        self, story: Callable[[Visitor], Awaitable[T]], settings: ServerSettings = ..., **parts: Any
    ) -> T: ...


@asynccontextmanager
async def open_house(settings: ServerSettings, notes: Notes, **parts: Any) -> AsyncIterator[Visitor]:
    timeout = aiohttp.ClientTimeout(total=None)
    async with (
        ReferenceServer(settings, ledger=notes, **parts) as server,
        aiohttp.ClientSession(timeout=timeout) as http,
    ):
        yield Visitor(server, http)


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def visit(notes: Notes) -> Visit:
    """Plays a visitor's story with a server, in virtual time."""

    def play(story: Callable[[Visitor], Awaitable[T]], settings: ServerSettings = DEFAULTS, **parts: Any) -> T:
        async def main() -> T:
            async with open_house(settings, notes, **parts) as visitor:
                return await story(visitor)

        return run(main())

    return play


@pytest.fixture
def real_visit(notes: Notes) -> Callable[..., Any]:
    """A server on a real port with its visitor, to enter with ``async with``."""

    def enter(settings: ServerSettings = DEFAULTS, **parts: Any) -> Any:
        return open_house(settings, notes, **parts)

    return enter
