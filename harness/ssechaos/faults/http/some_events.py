"""Which events a fault picks: by chance, or every so-manyth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ssechaos.faults.base import demand, whole
from ssechaos.faults.http.events import Change, EventFault, OnEvent
from ssechaos.faults.odds import plausible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.faults.base import PipeContext


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeEventsFault(EventFault):
    """A fault that replaces some of the numbered events."""

    counter: ClassVar[str]
    """Under this name the evidence counts the events that were picked."""

    share: float = 0.1
    """The probability of each event to be picked."""
    every: int | None = None
    """Instead of chance: with 3 the third, sixth, … of all that pass, on any connection, replayed or not."""

    def __post_init__(self) -> None:
        EventFault.__post_init__(self)
        demand(self, "share is more than 0 and at most 1", 0 < self.share <= 1)
        demand(self, "every is a number of events, at least 1", self.every is None or whole(self.every))

    def replacement(self, block: bytes) -> bytes:
        """What leaves in place of a picked event."""
        raise NotImplementedError  # pragma: no cover - each fault has its own

    def decide(self, context: PipeContext) -> OnEvent:
        """Pick events, and count them."""

        def on_event(block: bytes, number: int) -> Change:  # noqa: ARG001 - the step's count decides, not this one
            if not self._picks(context):
                return Change(block)
            context.tally[self.counter] += 1
            context.struck(self.kind)
            return Change(self.replacement(block))

        return on_event

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """Events were picked, and as many as the settings say: for ``share``, within its 99.9% interval."""
        events, picked = evidence.get("events", 0.0), evidence.get(self.counter, 0.0)
        expected = plausible(picked, events, self.share) if self.every is None else picked == events // self.every
        return picked > 0 and expected

    def _picks(self, context: PipeContext) -> bool:
        if self.every is None:
            return context.rng.random() < self.share
        return context.tally["events"] % self.every == 0
