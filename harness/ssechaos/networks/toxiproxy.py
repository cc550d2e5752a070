"""The ``toxiproxy`` network: a real Toxiproxy server makes the faults, the user's or one that we start.

It passes TCP's streams on, so it can hold, delay, slice and end them; what it can't do is refused with the reason
(``toxics/means.py``).
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError, UsageError
from ssechaos.networks.base import NETWORKS, register_network
from ssechaos.networks.embedded import parts
from ssechaos.networks.toxics import binary, client
from ssechaos.networks.toxics.binary import Server, own_server
from ssechaos.networks.toxics.client import ToxiproxyClient, address_of
from ssechaos.networks.toxics.effects import effect_of
from ssechaos.networks.toxics.means import Impossible, means_of
from ssechaos.networks.toxics.route import Route
from ssechaos.networks.toxics.upkeep import remove_leftovers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ssechaos.model import Fault, Recorder, Step
    from ssechaos.networks.base import Network, Upstream
    from ssechaos.networks.toxics.effects import Effect


@register_network("toxiproxy")
class ToxiproxyNetwork:
    """One Toxiproxy server; each run has proxies of its own there."""

    name: str
    virtual = False

    def __init__(self, url: str = "") -> None:
        """``url`` is that of a server that runs; without one a server is started.

        Raises:
            UsageError: it is no such URL.
        """
        self._address = address_of(url) if url else None
        self._users = 0
        self._changing = asyncio.Lock()
        self._up = AsyncExitStack()
        self._server: Server

    def unavailable(self) -> str | None:
        """What is missing: the client's package, or a server."""
        return client.missing() or (None if self._address else binary.missing())

    def refuses(self, fault: Fault) -> str | None:
        """Why this network can't make ``fault``; None when it can."""
        means = means_of(fault)
        return means.reason if isinstance(means, Impossible) else None

    def models(self, fault: Fault) -> bool:
        """Whether a proxy can only imitate the cause."""
        return fault.modelled

    @asynccontextmanager
    async def open(self, upstream: Upstream, record: Recorder, seed: str) -> AsyncIterator[ToxiproxyPath]:  # noqa: ARG002 - Toxiproxy's dice can't be seeded
        """A healthy path to ``upstream``; leaving it ends what is in force, then removes our proxies.

        Raises:
            NetworkError: on entering, when there is no server to be had; says what is missing.
        """
        scheme, address = parts(upstream.url)
        lacking = self.unavailable()
        if lacking is not None:
            raise NetworkError(lacking)
        async with self._running() as server, AsyncExitStack() as stack:
            route = Route(server.client, address, _facing(server.client.address), record)
            await stack.enter_async_context(route.up())
            path = ToxiproxyPath(server, route, upstream, scheme)
            stack.push_async_callback(path.heal)
            yield path

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[Server]:
        """The server that all runs share: the first brings it up, the last takes it down."""
        async with self._changing:
            if not self._users:
                self._server = await self._up.enter_async_context(self._serving())
            self._users += 1
        try:
            yield self._server
        finally:
            async with self._changing:
                self._users -= 1
                if not self._users:
                    await self._up.aclose()

    @asynccontextmanager
    async def _serving(self) -> AsyncIterator[Server]:
        if self._address is None:
            async with own_server() as server:
                yield server
            return
        found = Server(ToxiproxyClient(self._address))
        if await found.client.version() is None:
            host, port = self._address
            raise NetworkError(f"nothing listens on {host}:{port}, where the Toxiproxy server is said to be")
        await remove_leftovers(found.client)
        yield found


def network_at(name: str, url: str) -> Network:
    """The network of that name; with a Toxiproxy server's ``url``, the one that uses that server.

    Raises:
        UsageError: it is no such URL, or the network has no use for it.
    """
    if not url:
        return NETWORKS[name]()
    if name != ToxiproxyNetwork.name:
        raise UsageError(f"a Toxiproxy server's URL is for the network {ToxiproxyNetwork.name}, not for {name}")
    return ToxiproxyNetwork(url)


class ToxiproxyPath:
    """The way through Toxiproxy, for one run."""

    def __init__(self, server: Server, route: Route, upstream: Upstream, scheme: str) -> None:
        self._server = server
        self._route = route
        self._upstream = upstream
        self._effects: dict[int, Effect] = {}
        host, port = route.front.address
        self.url = f"{scheme}://{host}:{port}"

    async def begin(self, number: int, step: Step) -> None:
        """Put step ``number`` in force."""
        effect = self._effects[number] = effect_of(step.fault, number, self._route, self._upstream)
        await effect.begin()

    async def end(self, number: int) -> Mapping[str, float]:
        """Take the step out of force; return its evidence."""
        return await self._effects.pop(number).end()

    async def check(self) -> None:
        """Raise ``NetworkError`` when the server ended, or a relay broke."""
        self._server.check()
        self._route.front.check()
        self._route.back.check()

    async def heal(self) -> None:
        """End what is still in force."""
        for number in tuple(self._effects):
            await self.end(number)


def _facing(address: tuple[str, int]) -> str:
    """The address of this machine that a server on ``address`` sees: loopback, unless it is elsewhere."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(address)  # sends nothing
            return str(probe.getsockname()[0])
    except OSError as error:
        raise NetworkError(f"there is no way to the Toxiproxy server on {address[0]}: {error}") from error
