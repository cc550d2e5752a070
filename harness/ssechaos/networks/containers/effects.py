"""What is done with containers and toxics on the compose network, and how effects are combined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssechaos.model import Fault
    from ssechaos.networks.containers.gauges import Gauge
    from ssechaos.networks.containers.route import Route
    from ssechaos.networks.toxics.means import Spec


class Effect(Protocol):
    """A fault in force on a route."""

    async def begin(self) -> None:
        """Put it in force."""

    async def end(self) -> Mapping[str, float]:
        """Take it out of force; return its evidence."""


class ServerKilled:
    """The server's container is killed, and started again."""

    def __init__(self, route: Route) -> None:
        self._server = route.server

    async def begin(self) -> None:
        """Kill it."""
        await self._server.crash()

    async def end(self) -> Mapping[str, float]:
        """Start it again."""
        await self._server.restart()
        return {"crashes": 1.0}


class Frozen:
    """The device's container is paused."""

    def __init__(self, route: Route) -> None:
        self._device = route.device

    async def begin(self) -> None:
        """Pause it."""
        await self._device.freeze()

    async def end(self) -> Mapping[str, float]:
        """Let it go on."""
        return await self._device.thaw()


class Moved:
    """The device leaves its network; afterwards it is on the other one, with another address."""

    def __init__(self, route: Route, left: Iterable[Effect]) -> None:
        self._route = route
        self._left = tuple(left)
        self._broken = 0
        self._old = ""

    async def begin(self) -> None:
        """Leave the network."""
        self._broken = len(await self._route.sidecar.peers(self._route.port))
        self._old = await self._route.device.leave()

    async def end(self) -> Mapping[str, float]:
        """Come to the other network, with what is left behind there."""
        await self._route.leave_behind(self._left)
        new = await self._route.device.move()
        return {"connections_broken": float(self._broken), "address_changed": float(new != self._old)}


class Poisoned:
    """Toxics on the run's proxy."""

    def __init__(self, route: Route, number: int, fault: Fault, specs: Iterable[Spec]) -> None:
        self._route = route
        self._specs = {f"{number}-{fault.kind}-{place}": spec for place, spec in enumerate(specs)}

    async def begin(self) -> None:
        """Add them."""
        await self._route.toxiproxy.add(self._route.proxy, self._specs)

    async def end(self) -> Mapping[str, float]:
        """Remove them, the last one first, so that what one lets go is not held by another."""
        await self._route.toxiproxy.remove(self._route.proxy, [*reversed(self._specs)])
        return {}


class Together:
    """Several effects as one."""

    def __init__(self, parts: Iterable[Effect]) -> None:
        self._parts = tuple(parts)

    async def begin(self) -> None:
        """Begin all of them."""
        for part in self._parts:
            await part.begin()

    async def end(self) -> Mapping[str, float]:
        """End all of them."""
        evidence: dict[str, float] = {}
        for part in self._parts:
            evidence |= await part.end()
        return evidence


class Gauged:
    """An effect that is measured while it is in force."""

    def __init__(self, route: Route, effect: Effect, gauge: Gauge) -> None:
        self._effect = effect
        self._gauge = gauge
        self._looking = route.sidecar.looking(gauge.command, gauge.take)

    async def begin(self) -> None:
        """Look, then put it in force."""
        await self._looking.__aenter__()
        await self._effect.begin()

    async def end(self) -> Mapping[str, float]:
        """Look for the last time, then take it out of force."""
        await self._looking.__aexit__(None, None, None)
        return {**self._gauge.evidence(), **await self._effect.end()}
