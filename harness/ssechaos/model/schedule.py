"""A schedule as moves in time order: which step begins or ends, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.model.scenario import Step


@dataclass(frozen=True, slots=True)
class Move:
    """Step ``number`` of the schedule begins or ends at ``at`` seconds."""

    at: float
    number: int
    step: Step
    begins: bool


def moves(schedule: Iterable[Step]) -> tuple[Move, ...]:
    """All moves in order. At one moment what ends goes first, so that faults don't overlap by accident.

    A step that lasts no time at all (a reset) still begins before it ends. One without an end has no second move.
    """
    ranked: list[tuple[float, int, Move]] = []
    for number, step in enumerate(schedule):
        ranked.append((step.at, 1, Move(step.at, number, step, begins=True)))
        if step.until is not None:
            momentary = step.until == step.at
            ranked.append((step.until, 2 if momentary else 0, Move(step.until, number, step, begins=False)))
    return tuple(move for _, _, move in sorted(ranked, key=lambda entry: entry[:2]))
