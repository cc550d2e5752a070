"""What a step does on Toxiproxy while it is in force, and the evidence for it: one class for each means."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from ssechaos.faults.base import Direction, Gate, LinkFault
from ssechaos.networks.toxics.gauge import Passage
from ssechaos.networks.toxics.means import Crashed, Disabled, LeftBehind, Spec, Toxics, held, means_of
from ssechaos.proxy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model import Fault
    from ssechaos.networks.base import Upstream
    from ssechaos.networks.toxics.route import Route

SETTLE = 1.0
"""Seconds within which the connections of a disabled proxy must be gone, to count as broken."""


class Effect(Protocol):
    """A step in force."""

    async def begin(self) -> None:
        """Put it in force."""

    async def end(self) -> Mapping[str, float]:
        """Take it out of force; return its evidence."""


def effect_of(fault: Fault, number: int, route: Route, upstream: Upstream) -> Effect:
    """The effect of a step's fault; the runner has asked whether there is one."""
    match means_of(fault):
        case Crashed():
            return CrashedEffect(upstream)
        case Disabled():
            return DisabledEffect(number, route)
        case LeftBehind():
            return LeftBehindEffect(number, route)
        case Toxics(specs) if isinstance(fault, LinkFault):
            return ToxicsEffect(fault, specs, number, route)
    raise ValueError(f"the toxiproxy network refuses {fault.kind!r}")


class ToxicsEffect:
    """Toxics; what passes them is measured on both sides."""

    def __init__(self, fault: LinkFault, specs: tuple[Spec, ...], number: int, route: Route) -> None:
        self._fault = fault
        self._number = number
        self._route = route
        self._toxics = {f"step{number}_{place}": spec for place, spec in enumerate(specs)}
        self._passage = Passage()

    async def begin(self) -> None:
        """Add them, then look."""
        await self._route.add(self._toxics)
        self._route.passages[self._number] = self._passage

    async def end(self) -> Mapping[str, float]:
        """Remove them."""
        self._route.passages.pop(self._number, None)
        evidence = self._passage.evidence(self._fault, self._route.now())
        await self._route.remove(self._toxics)
        return evidence


class DisabledEffect:
    """A proxy that does not listen, and has closed all its connections."""

    def __init__(self, number: int, route: Route) -> None:
        self._number = number
        self._route = route
        self._broken = 0
        self._probe: Probe | None = None

    async def begin(self) -> None:
        """Disable it; see that its connections go, and that it refuses an attempt of our own."""
        route = self._route
        route.disabled.add(self._number)
        route.front.hold_gate(self._number, Gate.REFUSE)
        before = set(route.live)
        await route.client.set_enabled(route.name, enabled=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE):
                await route.gone(before)
        self._broken = len(before - route.live)
        self._probe = Probe(Gate.REFUSE, route.front.upstream)
        await self._probe.settle()

    async def end(self) -> Mapping[str, float]:
        """Enable it, unless another step wants it disabled still."""
        route = self._route
        refused = await self._probe.end() if self._probe else {}
        route.disabled.discard(self._number)
        if not route.disabled:
            await route.client.set_enabled(route.name, enabled=True)
        route.front.release_gate(self._number)
        return {"connections_broken": float(self._broken), **refused}


class LeftBehindEffect:
    """Live connections stay on a proxy that holds everything from now on; new ones get another."""

    def __init__(self, number: int, route: Route) -> None:
        self._number = number
        self._route = route
        self._stranded: set[int] = set()
        self._since = 0.0

    async def begin(self) -> None:
        """Switch, then hold."""
        route, old = self._route, self._route.name
        await route.renew()
        self._stranded = set(route.live)
        ways = (Direction.UPSTREAM.value, Direction.DOWNSTREAM.value)
        toxics = [Spec(kind, way, attributes) for way in ways for kind, attributes in held()]
        await route.client.add(old, {f"step{self._number}_{place}": toxic for place, toxic in enumerate(toxics)})
        self._since = route.now()
        for connection in sorted(self._stranded):
            route.struck(self._number, connection, "dead")

    async def end(self) -> Mapping[str, float]:
        """Nothing heals: the old proxy stays as it is. Dead were those for which nothing came out any more."""
        dead = [one for one in self._stranded if self._route.heard.get(one, 0.0) <= self._since]
        return {"connections_broken": float(len(dead))}


class CrashedEffect:
    """A server that is killed, and started again."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream

    async def begin(self) -> None:
        """Kill it."""
        await self._upstream.crash()

    async def end(self) -> Mapping[str, float]:
        """Start it again."""
        await self._upstream.restart()
        return {"crashes": 1.0}
