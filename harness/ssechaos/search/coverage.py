"""What a search has tried: kinds of faults that bit, pairs of them in force together, and phases they met.

It is counted in runs. A fault that left no evidence in a run was not tried by that run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations, combinations_with_replacement
from typing import TYPE_CHECKING

from ssechaos.checkers.evidence import fault_reports
from ssechaos.model.entries import FaultBegan, FaultEnded, FaultStruck
from ssechaos.search.faults import NEVER_TOGETHER, Pair, pair
from ssechaos.search.phases import Phase, phased

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from ssechaos.model import FaultReport, History, Step

_MOMENTS = (FaultBegan, FaultStruck, FaultEnded)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of runs. ``idle`` ones had steps, but none that bit."""

    runs: int = 0
    idle: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    pairs: Counter[Pair] = field(default_factory=Counter)
    phases: Counter[Phase] = field(default_factory=Counter)

    def __add__(self, other: Coverage) -> Coverage:
        return total((self, other))


def total(parts: Iterable[Coverage]) -> Coverage:
    """What all of them have tried, together."""
    runs = idle = 0
    kinds, pairs, phases = Counter[str](), Counter[Pair](), Counter[Phase]()
    for part in parts:
        runs += part.runs
        idle += part.idle
        kinds.update(part.kinds)
        pairs.update(part.pairs)
        phases.update(part.phases)
    return Coverage(runs, idle, kinds, pairs, phases)


def covered(history: History) -> Coverage:
    """What one run has tried."""
    schedule = history.conditions.scenario.schedule
    reports = fault_reports(history)
    bit = {number for number, report in enumerate(reports) if _bit(schedule[number], report)}
    kinds = {reports[number].kind for number in bit}
    together = {
        pair(reports[one].kind, reports[other].kind)
        for one, other in combinations(sorted(bit), 2)
        if _overlap(reports[one], reports[other])
    }
    return Coverage(
        runs=1,
        idle=int(bool(schedule) and not bit),
        kinds=Counter(kinds),
        pairs=Counter(together),
        phases=Counter(_met(history, bit)),
    )


def all_pairs(kinds: Iterable[str]) -> tuple[Pair, ...]:
    """Every pair of kinds that is ever drawn, also of a kind with itself."""
    found = combinations_with_replacement(sorted(kinds), 2)
    return tuple(both for both in found if both not in NEVER_TOGETHER)


def rarest(coverage: Coverage, kinds: Iterable[str], dice: Random) -> tuple[Pair, ...]:
    """All pairs of kinds, those that were tried least often first; ``dice`` say who is first among equals."""
    pairs = list(all_pairs(kinds))
    dice.shuffle(pairs)
    return tuple(sorted(pairs, key=lambda both: coverage.pairs[both]))


def _bit(step: Step, report: FaultReport) -> bool:
    return report.until is not None and step.fault.shown_by(report.evidence)


def _overlap(one: FaultReport, other: FaultReport) -> bool:
    if one.at is None or other.at is None or one.until is None or other.until is None:
        return False
    return one.at <= other.until and other.at <= one.until


def _met(history: History, bit: set[int]) -> set[Phase]:
    """The phases in which a fault that bit began, struck or ended."""
    if not bit:
        return set()
    return {
        phase
        for entry, phase in phased(history)
        if isinstance(entry, _MOMENTS) and entry.step in bit and phase is not Phase.OVER
    }
