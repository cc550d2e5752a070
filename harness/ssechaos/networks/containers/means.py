"""Which faults the compose network can't make, and why (pure).

What no packet filter and no container can do is asked of Toxiproxy, and refused where that can't do it either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.base import Direction, PathFault, ServerFault
from ssechaos.faults.packet_loss import PacketLoss
from ssechaos.faults.stall import Stall
from ssechaos.networks.toxics.means import Impossible, means_of

if TYPE_CHECKING:
    from ssechaos.model import Fault


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
