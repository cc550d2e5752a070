"""A connection whose other end is gone without a word: a forgotten NAT entry, a phone out of reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import PathFault, Strike
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("half_open")
@dataclass(frozen=True, slots=True, kw_only=True)
class HalfOpen(PathFault):
    """The connections that live are dead from now on, for good, and neither end is told. New ones work.

    There is nothing that heals, so the step's end says until when a client may be unaware: recovery is timed
    from there.
    """

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE
    strike: ClassVar[Strike | None] = Strike.DEAD

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was struck."""
        return evidence.get("connections_broken", 0) >= 1
