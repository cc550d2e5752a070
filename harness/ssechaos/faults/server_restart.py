"""A server that dies and comes back: a deploy, a crash, an eviction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import ServerFault
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping


@register("server_restart")
@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRestart(ServerFault):
    """The server is killed when the step begins, and started again at the same address when it ends."""

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """The server was killed."""
        return evidence.get("crashes", 0) >= 1
