"""A host that is up with nothing listening: a stopped service, a closed port."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import Gate, PathFault, Strike
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("down")
@dataclass(frozen=True, slots=True, kw_only=True)
class Down(PathFault):
    """The connections that live are reset, and new ones are refused."""

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE
    gate: ClassVar[Gate] = Gate.REFUSE
    strike: ClassVar[Strike | None] = Strike.RESET

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was reset or refused."""
        return evidence.get("connections_broken", 0) + evidence.get("connections_refused", 0) >= 1
