"""What is done to packets on the compose network, in Toxiproxy's network namespace: filtered, struck, paced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction, Gate, PathFault, Strike
from ssechaos.model.entries import FaultStruck
from ssechaos.networks.containers import rules
from ssechaos.networks.containers.shaping import bucket, longer, to_clients, to_device
from ssechaos.proxy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssechaos.model import Recorder
    from ssechaos.networks.containers.route import Route
    from ssechaos.networks.containers.shaping import Lane


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


class Shaped:
    """A lane, which all connections of the run share."""

    def __init__(self, route: Route, lane: Lane) -> None:
        self._sidecar = route.sidecar
        self.lane = lane

    async def begin(self) -> None:
        """Put it in force."""
        await self._sidecar.shape(self.lane)

    async def end(self) -> Mapping[str, float]:
        """Take it away."""
        await self._sidecar.unshape(self.lane)
        return {}


def narrow(route: Route, rate: float, way: Direction) -> Shaped:
    """A token bucket for one direction."""
    match = to_clients(route.port) if way is Direction.DOWNSTREAM else to_device(route.device.access)
    return Shaped(route, bucket(route.sidecar.next_lane(), rate, match))


def far(route: Route, rtt: float) -> tuple[Shaped, ...]:
    """Round trips of ``rtt`` seconds to the clients, where the kernel has netem; all of it on the way to them."""
    if not route.sidecar.netem:
        return ()
    return (Shaped(route, longer(route.sidecar.next_lane(), rtt, to_clients(route.port))),)
