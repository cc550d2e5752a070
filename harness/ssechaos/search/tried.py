"""What a search has tried, in words: that nothing was found means little until one knows what was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.search.coverage import all_pairs
from ssechaos.search.phases import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssechaos.search.coverage import Coverage
    from ssechaos.search.crew import Report

_FEW = 8
"""How many pairs that were never tried are named."""


def played(report: Report, seconds: float) -> list[str]:
    """How much was played in so many seconds."""
    every = report.runs + report.shrinking
    speed = f"{every / seconds:.0f} a second" if seconds > 0 else "at once"
    lines = [f"{report.runs} schedules played in {seconds:.1f} s, {speed}"]
    if report.shrinking:
        lines.append(f"{report.shrinking} of them more to make what was found small")
    return lines


def tried(coverage: Coverage, kinds: Iterable[str]) -> list[str]:
    """The kinds, pairs and phases that were tried, in runs; and what was not."""
    names = tuple(kinds)
    pairs = all_pairs(names)
    never = [pair for pair in pairs if not coverage.pairs[pair]]
    phases = {phase.value: coverage.phases[phase] for phase in Phase if phase is not Phase.OVER}
    lines = [
        f"without any effect: {coverage.idle} of {coverage.runs}",
        f"faults that bit, in runs: {_counted({name: coverage.kinds[name] for name in names})}",
        f"pairs of faults in force together: {len(pairs) - len(never)} of {len(pairs)}",
        f"met the client, in runs: {_counted(phases)}",
    ]
    if never:
        named = ", ".join(" with ".join(pair) for pair in never[:_FEW])
        more = f" and {len(never) - _FEW} more" if len(never) > _FEW else ""
        lines.insert(3, f"never together: {named}{more}")
    return lines


def _counted(counts: Mapping[str, int]) -> str:
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} {count}" for name, count in ranked)
