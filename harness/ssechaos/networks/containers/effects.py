"""What each fault does on the compose network.

Packets are filtered and shaped in Toxiproxy's network namespace, the device is frozen and moved, the server is
killed; bytes are Toxiproxy's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ssechaos.errors import UsageError
from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.base import Direction, Gate, LinkFault, PathFault, ServerFault, Strike
from ssechaos.faults.handoff import Handoff
from ssechaos.faults.packet_loss import PacketLoss
from ssechaos.faults.stall import Stall
from ssechaos.model.entries import FaultStruck
from ssechaos.networks.containers import rules
from ssechaos.networks.containers.gauges import Bytes, Queue, Waits
from ssechaos.networks.containers.shaping import Bucket, to_clients, to_device
from ssechaos.networks.toxics.means import Toxics, means_of
from ssechaos.proxy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssechaos.model import Fault, Recorder
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


class Filtered:
    """Rules of the packet filter, for as long as the fault is in force."""

    def __init__(self, route: Route, number: int, wanted: Iterable[rules.Rule]) -> None:
        self._sidecar = route.sidecar
        self._tag = route.tag(number)
        self._wanted = tuple(wanted)

    async def begin(self) -> None:
        """Add them."""
        await self._sidecar.add(self._tag, self._wanted)

    async def end(self) -> Mapping[str, float]:
        """Remove them; return what they counted."""
        return await self._sidecar.remove(self._tag)


class Struck:
    """A gate for new connections, closed before those that live are struck; what is struck stays so."""

    def __init__(self, route: Route, number: int, fault: PathFault, record: Recorder) -> None:
        self._route = route
        self._number = number
        self._fault = fault
        self._record = record
        self._gate = Filtered(route, number, rules.gate(fault.gate, route.port))
        self._probe: Probe | None = None
        self._broken = 0

    async def begin(self) -> None:
        """Close the gate, then strike."""
        await self._gate.begin()
        if self._fault.strike is not None:
            await self._break(self._fault.strike)
        if self._fault.gate is not Gate.ACCEPT:
            self._probe = Probe(self._fault.gate, self._route.address)
            await self._probe.settle()

    async def end(self) -> Mapping[str, float]:
        """Open the gate; the evidence is what it counted, and what our own attempt met."""
        met = {} if self._probe is None else await self._probe.end()
        return {"connections_broken": float(self._broken), **await self._gate.end(), **met}

    async def _break(self, strike: Strike) -> None:
        sidecar, port = self._route.sidecar, self._route.port
        peers = await sidecar.peers(port)
        await sidecar.add(self._route.tag(self._number, after=True), rules.strike(strike, port, peers))
        if strike is Strike.RESET:
            await sidecar.reset(port)
        self._broken = len(peers)
        for _ in peers:
            self._record(FaultStruck, step=self._number, connection=None, what=strike.value)


class Moved:
    """The device leaves its network; afterwards it is on the other one, with another address."""

    def __init__(self, route: Route, number: int, fault: Handoff) -> None:
        self._route = route
        self._number = number
        self._fault = fault
        self._broken = 0
        self._old = ""

    async def begin(self) -> None:
        """Leave the network."""
        self._broken = len(await self._route.sidecar.peers(self._route.port))
        self._old = await self._route.device.leave()

    async def end(self) -> Mapping[str, float]:
        """Come to the other network, which is as the fault says."""
        left = [made_of(fault, self._number, self._route) for fault in self._fault.afterwards()]
        await self._route.leave_behind(left)
        new = await self._route.device.move()
        return {"connections_broken": float(self._broken), "address_changed": float(new != self._old)}


class Shaped:
    """A token bucket for one direction, which all connections of the run share."""

    def __init__(self, route: Route, rate: float, way: Direction) -> None:
        self._sidecar = route.sidecar
        match = to_clients(route.port) if way is Direction.DOWNSTREAM else to_device(route.device.access)
        self.bucket = Bucket(route.sidecar.next_bucket(), rate, match)

    async def begin(self) -> None:
        """Put the bucket in force."""
        await self._sidecar.shape(self.bucket)

    async def end(self) -> Mapping[str, float]:
        """Take it away."""
        await self._sidecar.unshape(self.bucket)
        return {}


class Poisoned:
    """Toxics on the run's proxy."""

    def __init__(self, route: Route, number: int, fault: Fault, specs: Iterable[Spec]) -> None:
        self._route = route
        self._specs = {f"{number}-{fault.kind}-{place}": spec for place, spec in enumerate(specs)}

    async def begin(self) -> None:
        """Add them."""
        for name, spec in self._specs.items():
            await self._route.toxiproxy.add(self._route.proxy, name, spec)

    async def end(self) -> Mapping[str, float]:
        """Remove them."""
        for name in self._specs:
            await self._route.toxiproxy.remove(self._route.proxy, name)
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


def effect_of(fault: Fault, number: int, route: Route, record: Recorder) -> Effect:  # noqa: PLR0911 - a table
    """The effect of step ``number`` on a route."""
    match fault:
        case ServerFault():
            return ServerKilled(route)
        case Handoff():
            return Moved(route, number, fault)
        case PathFault():
            return Struck(route, number, fault, record)
        case Stall():
            return Frozen(route)
        case PacketLoss():
            return Gauged(route, Filtered(route, number, rules.loss(fault, route.port)), Waits(route.port))
        case Bandwidth():
            first, *others = _shapes(fault, route)
            return Together([Gauged(route, first, Queue(first.bucket)), *others])
        case LinkFault():
            return Gauged(route, made_of(fault, number, route), Bytes(fault, route.port, route.device.access))
    raise UsageError(f"the compose network can't make the fault {fault.kind!r}")


def made_of(fault: LinkFault, number: int, route: Route) -> Effect:
    """The effect of a fault on bytes, without its evidence."""
    if isinstance(fault, Bandwidth):
        return Together(_shapes(fault, route))
    means = means_of(fault)
    assert isinstance(means, Toxics)  # noqa: S101 - `refusal` has let it pass
    return Poisoned(route, number, fault, means.specs)


def _shapes(fault: Bandwidth, route: Route) -> list[Shaped]:
    """A bucket for each direction; where the fault is downstream, that is the first, which is measured."""
    ways = (Direction.DOWNSTREAM, Direction.UPSTREAM)
    return [Shaped(route, fault.rate, way) for way in ways if fault.direction.covers(way)]
