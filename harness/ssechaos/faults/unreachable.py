"""A path on which new connections get no answer: a firewall that drops, a route that leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import Gate, PathFault
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("unreachable")
@dataclass(frozen=True, slots=True, kw_only=True)
class Unreachable(PathFault):
    """New connections hang. Those that live go on; with Stall beside it nothing gets through at all."""

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE
    gate: ClassVar[Gate] = Gate.HANG

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A new connection was left hanging."""
        return evidence.get("connections_held", 0) >= 1
