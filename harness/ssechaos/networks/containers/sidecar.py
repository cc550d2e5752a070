"""The sidecar: filters and shapes packets in Toxiproxy's network namespace, and reads the counters there."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError
from ssechaos.networks.containers import rules, shaping
from ssechaos.networks.containers.control import control
from ssechaos.networks.containers.sockets import peer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Sequence
    from contextlib import AbstractAsyncContextManager

    from ssechaos.networks.containers.control import Control
    from ssechaos.networks.containers.engine import Engine
    from ssechaos.networks.containers.sockets import Peer


LOOK_EVERY = 0.02
"""Seconds between two looks of a gauge: how exact its times are."""


class Sidecar:
    """The one container that may change the network, in one namespace, which all runs share."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._removing = asyncio.Lock()
        self._lanes = count(1)
        self.netem = False
        """Whether the kernel can make lanes longer; ``prepare`` finds it out."""

    async def prepare(self) -> None:
        """Lay what the faults stand on."""
        await self._nft(rules.FOUNDATION)
        await self._tc(shaping.FOUNDATION)
        with suppress(NetworkError):
            for script in shaping.TRIAL:
                await self._tc(script)
            self.netem = True

    async def add(self, tag: str, wanted: Iterable[rules.Rule]) -> None:
        """Put rules in force, all at once."""
        text = rules.script(tag, wanted)
        if text:
            await self._nft(text)

    async def remove(self, *tags: str) -> dict[str, float]:
        """Take the rules of some tags out of force; return what they have counted."""
        async with self._removing:  # what is listed must still be there when it is removed
            standing = await self._standing()
            text = rules.removal(standing, tags)
            if text:
                await self._nft(text)
        return rules.counters(standing, tags)

    async def peers(self, port: int) -> list[Peer]:
        """The clients that have a connection to a port of Toxiproxy."""
        listing = await self._control.run("ss", "-Htn", "state", "established", f"( sport = :{port} )")
        return [peer(line.split()[3]) for line in listing.splitlines()]

    async def reset(self, port: int) -> None:
        """Have the kernel break all connections to a port, with an RST to both ends at once, where it can."""
        # Without INET_DIAG_DESTROY it can't: then the rules of a strike do it at the client's next packet.
        with suppress(NetworkError):
            await self._control.run("ss", "-KHtn", "state", "established", f"( sport = :{port} )")

    def next_lane(self) -> int:
        """A number that no other lane has."""
        return next(self._lanes)

    async def shape(self, lane: shaping.Lane) -> None:
        """Put a lane in force."""
        await self._tc(lane.begin)

    async def unshape(self, lane: shaping.Lane) -> None:
        """Take a lane away."""
        await self._tc(lane.end)

    def looking(
        self, command: Sequence[str], take: Callable[[float, str], None]
    ) -> AbstractAsyncContextManager[None]:
        """Run a command there again and again; ``take`` is told the loop's time, and what it printed."""
        return self._control.repeated(*command, every=LOOK_EVERY, take=take)

    async def _standing(self) -> tuple[rules.Standing, ...]:
        listing = await self._control.run("nft", "--handle", "--json", "list", "table", *rules.TABLE.split())
        return rules.standing(listing)

    async def _nft(self, script: str) -> None:
        await self._control.run("nft", "--file", "-", given=script)

    async def _tc(self, script: str) -> None:
        await self._control.run("tc", "-batch", "-", given=script)


@asynccontextmanager
async def sidecar(engine: Engine, container: Any) -> AsyncIterator[Sidecar]:
    """The sidecar in ``container``, with its program running.

    Raises:
        NetworkError: it can't be used.
    """
    async with control(engine, container) as connection:
        made = Sidecar(connection)
        await made.prepare()
        yield made
