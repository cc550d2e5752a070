"""A reference server of one run, in a container of its own: killed, started again, and its ledger read.

The container's file system outlives a kill, so the server's journal does too: its stream goes on where it was, and
knows the ids that it gave out.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError
from ssechaos.networks.containers.continued import ContinuedLedger
from ssechaos.networks.containers.lines import Lines
from ssechaos.networks.containers.parts import joined
from ssechaos.server.environment import environment_of
from ssechaos.server.written import read_line

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from random import Random

    from ssechaos.model import ServerSettings
    from ssechaos.networks.containers.project import Project
    from ssechaos.server import Ledger

_JOURNAL = "/tmp/journal"  # noqa: S108 - there is nobody else in the container
_PORT = 8000


class ContainedServer:
    """A server that a run kills and starts again."""

    def __init__(self, project: Project, container: Any, ledger: Callable[[float], Ledger]) -> None:
        self._engine = project.engine
        self._container = container
        self._ledger = ContinuedLedger(ledger)
        self._crashed = False
        self._lines = Lines(container, partial(read_line, ledger=self._ledger.at))
        self.address = f"{container.name}:{_PORT}"
        """Where other containers of the project find it."""

    @property
    def url(self) -> str:
        """Where it answers without any fault, to those on its networks."""
        return f"http://{self.address}"

    async def crash(self) -> None:
        """Kill it, and wait for what it stated until then."""
        self._crashed = True
        await self._engine.ask("kill the server", self._container.kill)
        killed = asyncio.get_running_loop().time()
        await self._lines.ended()
        self._ledger.killed(killed)

    async def restart(self) -> None:
        """Start it again, under the same name."""
        await self._engine.ask("start the server again", self._container.start)
        await self.started()
        self._crashed = False

    def check(self) -> None:
        """Raise ``NetworkError`` when it ended and nobody had killed it."""
        if self._lines.over and not self._crashed:
            raise NetworkError("the reference server in its container has ended by itself")

    async def started(self) -> None:
        """Wait until it serves."""
        self._lines.follow()
        await self._lines.serving()

    async def removed(self) -> None:
        """Wait for the last of what it stated, once its container is gone."""
        await self._lines.ended()


@asynccontextmanager
async def contained_server(
    project: Project, settings: ServerSettings, ledger: Callable[[float], Ledger], dice: Random
) -> AsyncIterator[ContainedServer]:
    """A server of its own, on both networks of the device, running.

    Raises:
        NetworkError: it does not start.
    """
    environment = {
        **environment_of(settings),
        "SSECHAOS_LEDGER": "-",
        "SSECHAOS_JOURNAL": _JOURNAL,
        "SSECHAOS_SEED": f"{dice.getrandbits(64):x}",
    }
    command = ["python3", "-m", "ssechaos.server"]
    async with joined(project, "server", command, ("wifi", "cellular"), environment=environment) as container:
        server = ContainedServer(project, container, ledger)
        await server.started()
        yield server
    await server.removed()
