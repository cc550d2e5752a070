"""The route of one run: client, a relay of ours, Toxiproxy, another relay of ours, server.

The relays change nothing. The first is what the client connects to, and shows what it met; the second shows what
Toxiproxy passes to the server. While Toxiproxy does not listen the first does not either, so that a client is
refused as it would be without it.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.model.entries import Closed, FaultStruck, Opened
from ssechaos.networks.toxics.gauge import Passage, Watch
from ssechaos.networks.toxics.upkeep import new_name
from ssechaos.proxy import Observer, Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Mapping

    from ssechaos.model import Recorder
    from ssechaos.networks.toxics.client import ToxiproxyClient
    from ssechaos.networks.toxics.means import Spec

_WATCH = object()

_KERNEL_BUFFER = 64 * 1024


class Route(Observer):
    """Both relays, the proxies on Toxiproxy between them, and what is in force on these."""

    def __init__(self, client: ToxiproxyClient, server: tuple[str, int], facing: str, record: Recorder) -> None:
        """``facing`` is the address of this machine at which Toxiproxy finds it."""
        self.client = client
        self.record = record
        self.live: set[int] = set()
        """The connections of clients, by number."""
        self.heard: dict[int, float] = {}
        """When bytes last came out for a client's connection."""
        self.passages: dict[int, Passage] = {}
        """What passes, for each step that looks at it."""
        self.disabled: set[int] = set()
        """The steps that want the proxy disabled."""
        # So that a server notices a slow reader as it would without a relay between.
        self.back = Proxy(server, host=facing, send_buffer=_KERNEL_BUFFER)
        self.front = Proxy(client.address, observer=self)
        self.name = ""
        """The proxy that new connections go through."""
        self._one_closed = asyncio.Event()
        self._names: list[str] = []
        self._toxics: dict[str, Spec] = {}

    @asynccontextmanager
    async def up(self) -> AsyncIterator[Route]:
        """The whole way, healthy; leaving it takes everything down, Toxiproxy's part too."""
        self.front.install(_WATCH, Watch(self._at_front))
        self.back.install(_WATCH, Watch(self._at_back))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.back)
            stack.push_async_callback(self._delete)
            await self.renew()
            await stack.enter_async_context(self.front)
            yield self

    async def renew(self) -> None:
        """Let connections from now on go through another proxy, with the same toxics in force."""
        host, _ = self.client.address
        name = new_name()
        self._names.append(name)
        _, port = await self.client.create(name, f"{host}:0", f"{self.back.address[0]}:{self.back.address[1]}")
        if self._toxics:
            await self.client.add(name, self._toxics)
        if self.disabled:
            await self.client.set_enabled(name, enabled=False)
        self.name, self.front.upstream = name, (host, port)

    async def add(self, toxics: Mapping[str, Spec]) -> None:
        """Put toxics in force, by their names."""
        await self.client.add(self.name, toxics)
        self._toxics.update(toxics)

    async def remove(self, toxics: Mapping[str, Spec]) -> None:
        """Take toxics out of force, the last one first, so that what one lets go is not held by another."""
        present = [toxic for toxic in reversed(list(toxics)) if self._toxics.pop(toxic, None) is not None]
        if present:
            await self.client.remove(self.name, present)

    async def gone(self, connections: set[int]) -> None:
        """Wait until none of these connections lives."""
        while connections & self.live:
            self._one_closed.clear()
            await self._one_closed.wait()

    def now(self) -> float:
        """The loop's time, in seconds."""
        return asyncio.get_running_loop().time()

    # What the relays tell.

    def opened(self, connection: int) -> None:
        """A client's connection was accepted."""
        self.live.add(connection)
        self.record(Opened, connection=connection)

    def closed(self, connection: int, how: str) -> None:
        """A client's connection is over."""
        self.live.discard(connection)
        self._one_closed.set()
        self.record(Closed, connection=connection, how=how)
        if not self.live:
            for passage in self.passages.values():
                passage.forget(self.now())

    def struck(self, key: Hashable, connection: int | None, what: str) -> None:
        """A step did something that can be dated."""
        self.record(FaultStruck, step=key, connection=connection, what=what)

    def _at_front(self, connection: int, direction: Direction, size: int, now: float) -> None:
        if direction is Direction.UPSTREAM:
            self._enter(direction, size, now)
        else:
            self.heard[connection] = now
            self._leave(direction, size, now)

    def _at_back(self, _connection: int, direction: Direction, size: int, now: float) -> None:
        if direction is Direction.UPSTREAM:
            self._leave(direction, size, now)
        else:
            self._enter(direction, size, now)

    def _enter(self, direction: Direction, size: int, now: float) -> None:
        for passage in self.passages.values():
            passage.enter(direction, size, now)

    def _leave(self, direction: Direction, size: int, now: float) -> None:
        for passage in self.passages.values():
            passage.leave(direction, size, now)

    async def _delete(self) -> None:
        for name in self._names:
            await self.client.delete(name)
