"""The ``compose`` network: containers, with the reference server behind a real Toxiproxy.

What Toxiproxy can't do is done around it: packets are really lost, refused and paced in its network namespace;
the device that a run's packets come from is paused, and moved to a network where it has another address; the
server is killed and started again. The containers that all runs share are up for a session
(``docker-compose.yml``); each run has a server, a device and a proxy of its own.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.networks.base import register_network
from ssechaos.networks.containers.command import compose_program
from ssechaos.networks.containers.engine import missing
from ssechaos.networks.containers.means import effect_of, refusal
from ssechaos.networks.containers.project import project
from ssechaos.networks.containers.route import Route, Shared, route
from ssechaos.networks.containers.sidecar import sidecar
from ssechaos.networks.containers.start import StartingLine
from ssechaos.networks.toxics import client as toxics
from ssechaos.networks.toxics.client import DEFAULT_PORT, ToxiproxyClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from random import Random

    from ssechaos.model import Fault, Recorder, ServerSettings, Step
    from ssechaos.networks.base import Upstream
    from ssechaos.networks.containers.effects import Effect
    from ssechaos.server import Ledger


_SPACING = 0.25


@register_network("compose")
class ComposeNetwork:
    """Docker containers."""

    name: str
    virtual = False

    def __init__(self) -> None:
        self._line = StartingLine(_SPACING)
        self._lock = asyncio.Lock()
        self._users = 0
        self._stack = AsyncExitStack()
        self._shared: Shared | None = None
        self._error: NetworkError | None = None

    def unavailable(self) -> str | None:
        """What is missing: compose, an engine, or a package."""
        return _unavailable()

    def refuses(self, fault: Fault) -> str | None:
        """Why this network can't make ``fault``; None when it can."""
        return refusal(fault)

    def models(self, fault: Fault) -> bool:  # noqa: ARG002 - the face of all networks
        """What it makes is real."""
        return False

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[Shared]:
        """The containers of all runs: up for as long as anybody is in this context.

        Raises:
            NetworkError: on entering, when they can't be brought up. It is not tried twice.
        """
        async with self._lock:
            if self._shared is None:
                self._shared = await self._bring_up()
            self._users += 1
        try:
            yield self._shared
        finally:
            async with self._lock:
                self._users -= 1
                if not self._users:
                    self._shared = None
                    await self._stack.aclose()

    @asynccontextmanager
    async def serve(
        self, settings: ServerSettings, ledger: Callable[[float], Ledger], dice: Random
    ) -> AsyncIterator[Route]:
        """A server of the run's own, and the way to it. Runs that are opened together begin together.

        Raises:
            NetworkError: on entering, when a container does not start.
        """
        async with AsyncExitStack() as stack:
            with self._line.coming():
                shared = await stack.enter_async_context(self.shared())
                way = await stack.enter_async_context(route(shared, settings, ledger, dice))
            await self._line.clear()
            yield way

    @asynccontextmanager
    async def open(self, upstream: Upstream, record: Recorder, seed: str) -> AsyncIterator[ComposePath]:  # noqa: ARG002 - the kernel and Toxiproxy throw their own dice
        """The healthy path to a server of ours; leaving it ends what is in force.

        Raises:
            NetworkError: on entering, when the server is not one that ``serve`` made.
        """
        if not isinstance(upstream, Route):
            raise NetworkError(
                "the compose network plays its own reference server only; for others take --network toxiproxy"
            )
        path = ComposePath(upstream, record)
        try:
            yield path
        finally:
            await path.heal()

    async def _bring_up(self) -> Shared:
        if self._error is not None:
            raise self._error
        try:
            up = await self._stack.enter_async_context(project())
            beside = await self._stack.enter_async_context(sidecar(up.engine, up.services["faults"]))
        except NetworkError as error:
            self._error = error
            await self._stack.aclose()
            raise
        return Shared(up, beside, ToxiproxyClient((up.address("toxiproxy", "access"), DEFAULT_PORT)))


class ComposePath:
    """The way through Toxiproxy, for one run."""

    def __init__(self, way: Route, record: Recorder) -> None:
        self._way = way
        self._record = way.device.record = record
        self._effects: dict[int, Effect] = {}
        self.url = f"http://{way.address[0]}:{way.port}"

    async def begin(self, number: int, step: Step) -> None:
        """Put step ``number`` in force."""
        self._effects[number] = effect_of(step.fault, number, self._way, self._record)
        await self._effects[number].begin()

    async def end(self, number: int) -> Mapping[str, float]:
        """Take the step out of force; return its evidence."""
        return await self._effects.pop(number).end()

    async def check(self) -> None:
        """Raise ``NetworkError`` when the device or the server ended by itself."""
        self._way.check()

    async def heal(self) -> None:
        """End what is still in force."""
        for number in tuple(self._effects):
            await self.end(number)


@cache
def _unavailable() -> str | None:
    """Why there can be no containers here; None when there can. Asked once: it takes a while."""
    if compose_program() is None:
        return "the compose network needs compose, as `docker compose` or `docker-compose`; neither is installed"
    return missing() or toxics.missing()
