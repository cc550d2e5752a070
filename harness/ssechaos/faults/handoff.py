"""A device that changes networks: the old path dies silently, then there is none, then one of another kind.

LTE to 3G took about 4.5 s as a WebSocket application saw it, 3G to 2G about 3.7 s, Wi-Fi to cellular in a call
application over 15 s.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.base import Gate, LinkFault, PathFault, Strike, demand
from ssechaos.faults.latency import Latency
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("handoff")
@dataclass(frozen=True, slots=True, kw_only=True)
class Handoff(PathFault):
    """The connections that live are dead for good and new ones hang; afterwards there is another path.

    With neither ``rate`` nor ``rtt`` the new path is as good as the network without faults.
    """

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE
    gate: ClassVar[Gate] = Gate.HANG
    strike: ClassVar[Strike | None] = Strike.DEAD

    rate: float | None = None
    """Bytes per second of each connection on the new path, both ways."""
    rtt: float | None = None
    """Seconds of a round trip on the new path."""

    def __post_init__(self) -> None:
        demand(self, "rate is bytes per second, more than 0", self.rate is None or 0 < self.rate < inf)
        demand(self, "rtt is seconds, more than 0", self.rtt is None or 0 < self.rtt < inf)

    def afterwards(self) -> tuple[LinkFault, ...]:
        """The new path: its bottleneck, then its length."""
        rate = () if self.rate is None else (Bandwidth(rate=self.rate),)
        length = () if self.rtt is None else (Latency.round_trip(self.rtt),)
        return rate + length

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was left dead on the old path."""
        return evidence.get("connections_broken", 0) >= 1
