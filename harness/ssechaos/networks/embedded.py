"""The default network: our own proxy, in this process, without root or containers.

It makes every fault; packet loss is modelled as what TCP makes of it.
"""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ssechaos.errors import UsageError
from ssechaos.faults.base import AnswerFault, Gate, LinkFault, PathFault, ServerFault
from ssechaos.model.entries import Closed, FaultStruck, Opened
from ssechaos.networks.base import register_network
from ssechaos.proxy import Observer, Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Hashable, Mapping

    from ssechaos.model import Fault, Recorder, Step
    from ssechaos.networks.base import Upstream

FAMILIES = (LinkFault, PathFault, AnswerFault, ServerFault)
"""The faults that this network can make: all that do something to bytes, connections, requests or the server."""

_PORTS = {"http": 80, "https": 443}


@register_network("embedded")
class EmbeddedNetwork:
    """A proxy in this process."""

    name: str
    virtual = False

    def unavailable(self) -> str | None:
        """It is part of this program."""
        return None

    def refuses(self, fault: Fault) -> str | None:
        """Why this network can't make ``fault``; None when it can."""
        if not isinstance(fault, FAMILIES):
            return f"the proxy does not know what {fault.kind!r} does: it is of no family of faults"
        if isinstance(fault, PathFault) and fault.gate is Gate.HANG and not sys.platform.startswith("linux"):
            return f"{fault.kind!r} leaves connects unanswered, which the proxy can make a kernel do on Linux only"
        return None

    def models(self, fault: Fault) -> bool:
        """Whether the proxy can only imitate the cause."""
        return fault.modelled

    @asynccontextmanager
    async def open(self, upstream: Upstream, record: Recorder, seed: str) -> AsyncIterator[EmbeddedPath]:
        """A healthy path to ``upstream``; leaving it ends what is in force, then closes."""
        scheme, address = parts(upstream.url)
        async with Proxy(address, seed=seed, observer=Recording(record)) as proxy:
            path = EmbeddedPath(proxy, upstream, scheme)
            try:
                yield path
            finally:
                await path.heal()


class EmbeddedPath:
    """The way through the proxy, for one run."""

    def __init__(self, proxy: Proxy, upstream: Upstream, scheme: str) -> None:
        self._proxy = proxy
        self._upstream = upstream
        self._crashed: set[int] = set()
        self.url = f"{scheme}://{proxy.address[0]}:{proxy.address[1]}"

    async def begin(self, number: int, step: Step) -> None:
        """Put step ``number`` in force. A server fault kills the server, unless it is dead already."""
        if isinstance(step.fault, ServerFault):
            alive = not self._crashed
            self._crashed.add(number)
            if alive:
                await self._upstream.crash()
        else:
            await self._proxy.add(number, step.fault)

    async def end(self, number: int) -> Mapping[str, float]:
        """Take the step out of force; return its evidence. A server that nothing keeps dead starts again."""
        if number not in self._crashed:
            return await self._proxy.remove(number)
        self._crashed.remove(number)
        if not self._crashed:
            await self._upstream.restart()
        return {"crashes": 1.0}

    async def check(self) -> None:
        """Raise ``NetworkError`` when the proxy broke."""
        self._proxy.check()

    async def heal(self) -> None:
        """End what is still in force on the server; the proxy heals by itself."""
        for number in tuple(self._crashed):
            await self.end(number)


@dataclass(frozen=True, slots=True)
class Recording(Observer):
    """Writes into a history what the proxy sees; faults are known there by the number of their step."""

    record: Recorder

    def opened(self, connection: int) -> None:
        """A client's connection was accepted."""
        self.record(Opened, connection=connection)

    def closed(self, connection: int, how: str) -> None:
        """A connection is over."""
        self.record(Closed, connection=connection, how=how)

    def struck(self, key: Hashable, connection: int | None, what: str) -> None:
        """A step did something that can be dated."""
        self.record(FaultStruck, step=key, connection=connection, what=what)


def parts(url: str) -> tuple[str, tuple[str, int]]:
    """A server's URL as scheme, and host with port.

    Raises:
        UsageError: it is no ``http://`` or ``https://`` URL.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise UsageError(f"the server's URL is {url!r}; a network needs http://HOST[:PORT] or https://HOST[:PORT]")
    return parts.scheme, (parts.hostname, parts.port or _PORTS[parts.scheme])
