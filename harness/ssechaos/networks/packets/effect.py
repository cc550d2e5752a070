"""One fault in force: what is done to the router and to connections, and the evidence of the kernel's counters."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, Gate, Strike
from ssechaos.networks.packets.delayed import Delayed
from ssechaos.networks.packets.filters import Filter
from ssechaos.networks.packets.holds import Watch
from ssechaos.networks.packets.line import Stretch
from ssechaos.networks.packets.metering import Metering
from ssechaos.proxy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from ssechaos.networks.packets.filters import Count
    from ssechaos.networks.packets.forwarder import Forwarder
    from ssechaos.networks.packets.means import Means
    from ssechaos.networks.packets.router import Router

_NAMES = {"dropped": "packets_dropped", "refused": "packets_refused", "seen": "packets", "lost": "packets_lost"}


@dataclass(frozen=True, slots=True)
class Scene:
    """What effects work on."""

    router: Router
    forwarder: Forwarder
    address: tuple[str, int]
    """Where clients find the server."""
    seed: str


class Effect:
    """The fault of step ``number``, from its begin to its end."""

    def __init__(self, number: int, means: Means, scene: Scene) -> None:
        self._number = number
        self._means = means
        self._scene = scene
        self._dead: tuple[tuple[str, int], ...] = ()
        self._evidence: dict[str, float] = {}
        self._laid = Laid(number, means, scene)
        self._probe: Probe | None = None
        self._watch: Watch | None = None
        self._metering: Metering | None = None

    async def begin(self) -> None:
        """Put it in force. The filter comes first, so that nobody slips through while connections are struck."""
        means, router = self._means, self._scene.router
        if means.watches:
            self._watch = Watch(lambda: self._scene.forwarder.sockets)
        await self._laid.begin()
        if means.rate is not None:
            self._metering = await self._measured()
        if means.rules:
            await router.filter(self._number, Filter(means.rules))
        if means.strike is not None:
            self._evidence["connections_broken"] = float(await self._strike(means.strike))
        if means.unplugs:
            await router.unplug(self._number)
        if means.gate is not Gate.ACCEPT:
            self._probe = Probe(means.gate, self._scene.address)
            await self._probe.settle()

    async def end(self) -> dict[str, float]:
        """Take it out of force, but for the connections that are dead for good; return its evidence."""
        means, router = self._means, self._scene.router
        if self._probe is not None:
            self._evidence |= await self._probe.end()
        if self._watch is not None:
            self._evidence |= await self._watch.end()
            self._evidence["bbr"] = float(self._scene.forwarder.bbr)
        if self._metering is not None:
            self._evidence |= await self._metering.end()
        if means.rules or self._dead:
            self._evidence |= _counters(await router.counted(self._number))
        if means.unplugs:
            await router.plug(self._number)
        address = await router.move() if means.moves else None
        if means.rules:
            await router.filter(self._number, Filter(dead=self._dead))
        if address is not None:
            await self._scene.forwarder.see(address)
            self._evidence["client_addresses"] = float(len(self._scene.forwarder.addresses))
        return self._evidence | await self._laid.end()

    async def _measured(self) -> Metering:
        router, direction = self._scene.router, self._means.direction
        main = Direction.UPSTREAM if direction is Direction.UPSTREAM else Direction.DOWNSTREAM
        return Metering(lambda: router.sample(main), await router.sample(main))

    async def _strike(self, strike: Strike) -> int:
        if strike is Strike.RESET:
            return await self._scene.forwarder.reset(self._number)
        self._dead = self._scene.forwarder.give_up(self._number)
        await self._scene.router.filter(self._number, Filter(self._means.rules, self._dead))
        return len(self._dead)


class Laid:
    """What a fault makes of the way itself: a narrower or a longer one."""

    def __init__(self, key: Hashable, means: Means, scene: Scene) -> None:
        self._key = key
        self._means = means
        self._scene = scene
        self._stretch: Stretch | None = None
        self._delayed: Delayed | None = None

    async def begin(self) -> None:
        """Make it so."""
        means, router = self._means, self._scene.router
        if means.rate is not None:
            await router.limit(self._key, means.direction, means.rate)
        if means.lengthens and means.steady and router.netem:
            self._delayed = Delayed(self._key, means, router, self._scene.forwarder)
            await self._delayed.begin()
        elif means.lengthens:
            self._stretch = _stretch(means, Random(f"{self._scene.seed}:{self._key}:line"))
            await router.lengthen(self._key, self._stretch)

    async def end(self) -> dict[str, float]:
        """Take it back; return what was counted. What the line held goes on at once."""
        if self._means.rate is not None:
            await self._scene.router.lift(self._key)
        if self._delayed is not None:
            return await self._delayed.end()
        if self._stretch is None:
            return {}
        await self._scene.router.shorten(self._key)
        return _noted(self._stretch, self._means)


def _stretch(means: Means, rng: Random) -> Stretch:
    return Stretch(
        direction=means.direction,
        rng=rng,
        delay=means.delay,
        jitter=means.jitter,
        least=means.least_delay,
        bursts=means.bursts,
    )


def _noted(stretch: Stretch, means: Means) -> dict[str, float]:
    """What the line counted, where no other counter tells it."""
    if means.bursts is not None:
        return {"packets": float(stretch.packets), "packets_lost": float(stretch.packets_lost)}
    if means.delay or means.jitter:
        held, longest = float(stretch.bytes_held), round(stretch.longest_hold, 6)
        return {"packets": float(stretch.packets), "bytes_held": held, "longest_hold": longest}
    return {}


def _counters(counted: Mapping[str, Count]) -> Mapping[str, float]:
    return {_NAMES[name]: float(count.packets) for name, count in counted.items()}
