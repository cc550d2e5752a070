"""Connections broken at a blow: a crashed middlebox, a restarted balancer, a firewall that forgot its table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import PathFault, Strike
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("reset")
@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(PathFault):
    """Both ends of every connection that lives get an RST (RFC 9293, section 3.5.2); new ones work at once."""

    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK
    strike: ClassVar[Strike | None] = Strike.RESET

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was reset."""
        return evidence.get("connections_broken", 0) >= 1
