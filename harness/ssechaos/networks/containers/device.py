"""Where the client's packets leave from: a container with a relay, which is frozen, and moved between networks."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError
from ssechaos.model.entries import Closed, Opened
from ssechaos.networks.containers.lines import Lines
from ssechaos.networks.containers.parts import joined
from ssechaos.networks.containers.project import address

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ssechaos.model import Recorder
    from ssechaos.networks.containers.project import Project

_PORT = 8000
_ACCESS = "access"
_PATHS = ("wifi", "cellular")
_REPORT_WITHIN = 10.0


class Device:
    """The device of one run. It is reached over ``access``, and reaches the server over one of its two paths."""

    def __init__(self, project: Project, container: Any) -> None:
        self._project = project
        self._container = container
        self._path = 0
        self.access = ""
        """Its address where Toxiproxy finds it; known once it has started."""
        self._frozen: Counter[str] = Counter()
        self._thawed = asyncio.Event()
        self._lines = Lines(container, self._told)
        self.record: Recorder | None = None
        """Where it is stated which connections were opened and closed; nowhere until there is one."""

    @property
    def upstream(self) -> str:
        """Where Toxiproxy finds it."""
        return f"{self._container.name}:{_PORT}"

    def check(self) -> None:
        """Raise ``NetworkError`` when the relay has ended."""
        if self._lines.over:
            raise NetworkError("the relay in the device's container has ended by itself")

    async def started(self) -> None:
        """Wait until its relay serves."""
        self._lines.follow()
        await self._lines.serving()
        self.access = await self._address(_ACCESS)

    async def removed(self) -> None:
        """Wait for the last of what it stated, once its container is gone."""
        await self._lines.ended()

    async def freeze(self) -> None:
        """Stop it: whatever comes waits in its kernel's buffers, as do new connections."""
        self._frozen.clear()
        await self._ask("pause", self._container.pause)

    async def thaw(self) -> Mapping[str, float]:
        """Let it go on; return for how long it was frozen, and what had waited."""
        self._thawed.clear()
        await self._ask("unpause", self._container.unpause)
        try:
            async with asyncio.timeout(_REPORT_WITHIN):
                await self._thawed.wait()
        except TimeoutError:
            return {}  # too short for the relay to notice, which is no stall either
        return dict(self._frozen)

    async def leave(self) -> str:
        """Take it off its path to the server; return the address that it had there."""
        old = await self._address(_PATHS[self._path])
        await self._ask("disconnect", self._network.disconnect, self._container)
        return old

    async def move(self) -> str:
        """Put it on the other path; return its address there."""
        self._path = 1 - self._path
        await self._ask("connect", self._network.connect, self._container)
        return await self._address(_PATHS[self._path])

    @property
    def _network(self) -> Any:
        return self._project.networks[_PATHS[self._path]]

    async def _address(self, network: str) -> str:
        await self._ask("look at", self._container.reload)
        return address(self._container, self._project.networks[network].name)

    async def _ask(self, what: str, method: Any, *arguments: Any) -> None:
        await self._project.engine.ask(f"{what} the device", method, *arguments)

    def _told(self, line: str) -> None:
        told = json.loads(line)
        match told.pop("fact"):
            case "thawed":
                self._frozen["bytes_held"] += told["bytes"]
                self._frozen["connections_held"] += told["connections"]
                self._frozen["longest_hold"] = max(self._frozen["longest_hold"], told["frozen"])
                self._thawed.set()
            case "opened" if self.record is not None:
                self.record.late(told.pop("at"), Opened, **told)
            case "closed" if self.record is not None:
                self.record.late(told.pop("at"), Closed, **told)


@asynccontextmanager
async def device(project: Project, server: str) -> AsyncIterator[Device]:
    """A device whose relay leads to ``server``, serving.

    Raises:
        NetworkError: it does not start.
    """
    command = ["python3", "-I", "/opt/ssechaos/networks/containers/relay.py", server]
    async with joined(project, "device", command, (_ACCESS, _PATHS[0])) as container:
        made = Device(project, container)
        await made.started()
        yield made
    await made.removed()
