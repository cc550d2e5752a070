"""How each fault is made on the compose network, or why it can't be.

Packets are filtered and shaped in Toxiproxy's network namespace, the device is frozen and moved, the server is
killed; bytes are Toxiproxy's business, and refused where it can't do what the fault says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.errors import UsageError
from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.base import Direction, LinkFault, PathFault, ServerFault
from ssechaos.faults.handoff import Handoff
from ssechaos.faults.packet_loss import PacketLoss
from ssechaos.faults.stall import Stall
from ssechaos.networks.containers import rules
from ssechaos.networks.containers.effects import Effect, Frozen, Gauged, Moved, Poisoned, ServerKilled, Together
from ssechaos.networks.containers.filtering import Filtered, Shaped, Struck, far, narrow
from ssechaos.networks.containers.gauges import Bytes, Queue, Waits
from ssechaos.networks.toxics.means import Impossible, Toxics, means_of

if TYPE_CHECKING:
    from ssechaos.model import Fault, Recorder
    from ssechaos.networks.containers.route import Route


def refusal(fault: Fault) -> str | None:
    """Why ``fault`` can't be made; None when it can."""
    match fault:
        case Stall() if fault.direction is not Direction.BOTH:
            return "a paused container stalls both directions, never one of them"
        case PacketLoss() if fault.burst != 1:
            return "nftables draws for each packet by itself, so losses don't come in bursts"
        case PathFault():
            return next((reason for left in fault.afterwards() if (reason := refusal(left))), None)
        case ServerFault() | Stall() | PacketLoss() | Bandwidth():
            return None
    means = means_of(fault)
    return means.reason if isinstance(means, Impossible) else None


def effect_of(fault: Fault, number: int, route: Route, record: Recorder) -> Effect:  # noqa: PLR0911 - a table
    """The effect of step ``number`` on a route."""
    match fault:
        case ServerFault():
            return ServerKilled(route)
        case Handoff():
            return Moved(route, [_made_of(left, number, route) for left in fault.afterwards()])
        case PathFault():
            return Struck(route, number, fault, record)
        case Stall():
            return Frozen(route)
        case PacketLoss():
            losing = Filtered(route, number, rules.loss(fault, route.port))
            return Gauged(route, Together([*far(route, fault.rtt), losing]), Waits(route.port))
        case Bandwidth():
            first, *others = _shapes(fault, route)
            return Together([Gauged(route, first, Queue(first.lane)), *others])
        case LinkFault():
            return Gauged(route, _made_of(fault, number, route), Bytes(fault, route.port, route.device.access))
    raise UsageError(f"the compose network can't make the fault {fault.kind!r}")


def _made_of(fault: LinkFault, number: int, route: Route) -> Effect:
    """The effect of a fault on bytes, without its evidence."""
    if isinstance(fault, Bandwidth):
        return Together(_shapes(fault, route))
    means = means_of(fault)
    assert isinstance(means, Toxics)  # noqa: S101 - `refusal` has let it pass
    return Poisoned(route, number, fault, means.specs)


def _shapes(fault: Bandwidth, route: Route) -> list[Shaped]:
    """A bucket for each direction; where the fault is downstream, that is the first, which is measured."""
    ways = (Direction.DOWNSTREAM, Direction.UPSTREAM)
    return [narrow(route, fault.rate, way) for way in ways if fault.direction.covers(way)]
