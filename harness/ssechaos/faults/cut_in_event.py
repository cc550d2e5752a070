"""A connection that ends in the middle of an event, which a client must forget, and ask for again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import End, demand, end_named, whole
from ssechaos.faults.http import Change, EventFault
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.faults.base import PipeContext
    from ssechaos.faults.http import OnEvent


@register("cut_in_event")
@dataclass(frozen=True, slots=True, kw_only=True)
class CutInEvent(EventFault):
    """Ends a connection after the first half of its numbered event ``event``; the rest never arrives."""

    disrupts: ClassVar[Disruption] = Disruption.WHEN_STRUCK

    event: int = 1
    """Which of the connection's events with an ``id`` line, from 1."""
    times: int = 1
    """How many connections are cut, at most; later ones pass whole."""
    end: End = End.FIN

    def __post_init__(self) -> None:
        EventFault.__post_init__(self)
        object.__setattr__(self, "end", end_named(self.end))
        demand(self, "event counts from 1", whole(self.event))
        demand(self, "times is a number of connections, at least 1", whole(self.times))

    def decide(self, context: PipeContext) -> OnEvent:
        """Wait for the event, then cut."""

        def on_event(block: bytes, number: int) -> Change:
            if number != self.event or context.tally["connections_cut"] >= self.times:
                return Change(block)
            context.tally["connections_cut"] += 1
            context.struck("cut")
            return Change(block[: len(block) // 2], self.end)

        return on_event

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A connection was cut."""
        return evidence.get("connections_cut", 0) >= 1
