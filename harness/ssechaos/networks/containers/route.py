"""The way of one run: its own server, its own device, and its own proxy in the shared Toxiproxy."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from ssechaos.networks.containers.device import Device, device
from ssechaos.networks.containers.server import ContainedServer, contained_server
from ssechaos.networks.toxics.upkeep import new_name

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from random import Random

    from ssechaos.model import ServerSettings
    from ssechaos.networks.containers.effects import Effect
    from ssechaos.networks.containers.project import Project
    from ssechaos.networks.containers.sidecar import Sidecar
    from ssechaos.networks.toxics.client import ToxiproxyClient
    from ssechaos.server import Ledger


@dataclass(slots=True)
class Route:
    """The server of a run, as the runner sees it, with all that stands before it."""

    server: ContainedServer
    device: Device
    sidecar: Sidecar
    toxiproxy: ToxiproxyClient
    proxy: str
    """The name of the run's proxy."""
    address: tuple[str, int]
    """Where Toxiproxy listens for this run."""
    tags: set[str] = field(default_factory=set)
    """Of all rules that were made for it."""
    left: list[Effect] = field(default_factory=list)
    """What the last handoff left behind."""

    @property
    def url(self) -> str:
        """Where the server answers, to those on its networks."""
        return self.server.url

    @property
    def port(self) -> int:
        """Toxiproxy's port for this run."""
        return self.address[1]

    async def crash(self) -> None:
        """Kill the server."""
        await self.server.crash()

    async def restart(self) -> None:
        """Start it again."""
        await self.server.restart()

    def check(self) -> None:
        """Raise ``NetworkError`` when a part has ended by itself."""
        self.server.check()
        self.device.check()

    def tag(self, number: int, *, after: bool = False) -> str:
        """What the rules of a step are known by; those that stay ``after`` it have another."""
        tag = f"{self.port}-{number}{'-after' if after else ''}"
        self.tags.add(tag)
        return tag

    async def leave_behind(self, effects: Iterable[Effect]) -> None:
        """Put in force what stays, in the place of what was left there before."""
        while self.left:
            await self.left.pop().end()
        for effect in effects:
            await effect.begin()
            self.left.append(effect)


class Shared(NamedTuple):
    """What all runs use together."""

    project: Project
    sidecar: Sidecar
    toxiproxy: ToxiproxyClient


@asynccontextmanager
async def route(
    shared: Shared, settings: ServerSettings, ledger: Callable[[float], Ledger], dice: Random
) -> AsyncIterator[Route]:
    """The way of one run. Leaving it removes all that was made for it.

    Raises:
        NetworkError: on entering, when a part does not start.
    """
    project, sidecar, toxiproxy = shared
    async with (
        contained_server(project, settings, ledger, dice) as server,
        device(project, server.address) as front,
    ):
        name = new_name()
        _, port = await toxiproxy.create(name, "0.0.0.0:0", front.upstream)
        address = project.address("toxiproxy", "access"), port
        way = Route(server, front, sidecar, toxiproxy, name, address)
        try:
            yield way
        finally:
            await way.leave_behind(())
            await sidecar.remove(*way.tags)
            await toxiproxy.delete(name)
