"""Everything between client and server, kept as the faults in force ask for.

Each call says what holds from now on; the kernel is told the whole of it again. So the order in which faults come
and go does not matter, and nothing has to be undone step by step.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.networks.packets import filters, netem, shaping, topology
from ssechaos.networks.packets.programs import batch, call

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ssechaos.networks.packets.filters import Count, Filter
    from ssechaos.networks.packets.ground import Ground
    from ssechaos.networks.packets.line import Stretch
    from ssechaos.networks.packets.netem import Delay, Passed
    from ssechaos.networks.packets.shaping import Sample


class Router:
    """The router's namespace, and the client's choice of the way to it."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._plan = ground.plan
        self._namespace = ground.router
        self._tun = ground.tun
        self._in_use = 0
        self._through_line = False
        self._filters: dict[int, Filter] = {}
        self._limits: dict[Hashable, tuple[Direction, float]] = {}
        self._delays: dict[Hashable, Delay] = {}
        self._unplugged: set[Hashable] = set()

    async def filter(self, number: int, one: Filter) -> None:
        """From now on packets meet this filter of step ``number``, in place of the one that it had."""
        self._filters[number] = one
        await self._nft(filters.ruleset(self._plan, self._filters))

    async def counted(self, number: int) -> dict[str, Count]:
        """What the counters of a step's filters have counted so far, by name."""
        found = filters.counts(await self._namespace.run(call, "nft", "--json", "list", "counters"))
        return {name: count for (step, name), count in found.items() if step == number}

    async def limit(self, key: Hashable, direction: Direction, rate: float) -> None:
        """From now on no more than ``rate`` bytes per second leave."""
        self._limits[key] = (direction, rate)
        await self._shape()

    async def lift(self, key: Hashable) -> None:
        """A limit holds no longer; what it held goes on at once, in order."""
        self._limits.pop(key, None)
        await self._shape()

    async def sample(self, direction: Direction) -> Sample:
        """How the queues of a direction are now."""
        listing = await self._queues()
        now = asyncio.get_running_loop().time()
        return shaping.sample(listing, shaping.outlets(self._plan, direction), now)

    async def delay(self, key: Hashable, delay: Delay) -> None:
        """From now on the kernel delays packets."""
        self._delays[key] = delay
        await self._shape()

    async def hurry(self, key: Hashable) -> None:
        """Take that back; packets that are on their way keep their delay."""
        self._delays.pop(key, None)
        await self._shape()

    async def passed(self, direction: Direction) -> Passed:
        """What has passed netem so far, in one direction or in both."""
        ways = (way for way in (Direction.UPSTREAM, Direction.DOWNSTREAM) if direction.covers(way))
        names = [name for way in ways for name in shaping.outlets(self._plan, way)]
        return netem.passed(await self._queues(), names)

    async def unplug(self, key: Hashable) -> None:
        """The interface to the server goes down, until nobody wants that any more."""
        self._unplugged.add(key)
        await self._ip(topology.carrier(self._plan.server, up=False))

    async def plug(self, key: Hashable) -> None:
        """Take that back."""
        self._unplugged.discard(key)
        if not self._unplugged:
            await self._ip(topology.carrier(self._plan.server, up=True))
            await self._ground.settled()

    async def lengthen(self, key: Hashable, stretch: Stretch) -> None:
        """Lead packets through the line, which has one stretch more."""
        assert self._tun is not None  # noqa: S101 - such faults are refused where there is none
        self._tun.add(key, stretch)
        await self._lead()

    async def shorten(self, key: Hashable) -> None:
        """Take that back; packets on the line go on at once."""
        assert self._tun is not None  # noqa: S101 - as above
        self._tun.remove(key)
        await self._lead()

    @property
    def client_address(self) -> str:
        """The client's address on the access link that is in use."""
        return str(self._plan.access[self._in_use].far.ip)

    @property
    def netem(self) -> bool:
        """Whether the kernel itself delays packets."""
        return self._ground.netem

    async def move(self) -> str:
        """The client goes over to the other access link; return its address there."""
        self._in_use = 1 - self._in_use
        await self._ground.client.run(batch, "ip", topology.over(self._plan, self._plan.access[self._in_use]))
        return self.client_address

    async def _lead(self) -> None:
        if self._tun is not None and self._tun.used != self._through_line:
            self._through_line = self._tun.used
            await self._ip(topology.through_line(through=self._through_line))

    async def _shape(self) -> None:
        limits = self._limits.values()
        if self._ground.netem:
            script = netem.queues(self._plan, self._delays.values(), limits)
        else:
            script = shaping.buckets(self._plan, limits)
        await self._namespace.run(batch, "tc", script)

    async def _queues(self) -> str:
        return await self._namespace.run(call, "tc", "-statistics", "-json", "qdisc", "show")

    async def _ip(self, script: str) -> None:
        await self._namespace.run(batch, "ip", script)

    async def _nft(self, script: str) -> None:
        await self._namespace.run(call, "nft", "--file", "-", script=script)
