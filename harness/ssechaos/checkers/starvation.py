"""Was the machine too busy to judge times?

The harness measures how late its own event loop wakes. When that is more than the checkers tolerate, a late retry
or a long recovery may be the machine's doing, and nobody else may be accused of it: what rests on times is INVALID
then, and FAIL is left to what no delay explains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.wording import seconds
from ssechaos.model import Finding, Verdict
from ssechaos.model.entries import Lagged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.model import History, ObjectiveResult

STARVED = 0.15
"""Seconds by which the harness may be late before it doubts its own clock; the checkers tolerate a little more."""

_TIMELESS = frozenset(
    {
        "cannot_resume",
        "corrupted",
        "duplicates",
        "end_unmarked",
        "eviction_untold",
        "ids_restart",
        "reordered",
        "phantom",
        "resume",
        "resume_early",
        "resume_late",
        "wire_corruption",
        "wire_duplicate",
        "wire_gap",
        "wire_order",
        "wire_phantom",
    },
)
"""What no delay of the harness explains."""


def starved(history: History) -> Finding | None:
    """That the harness was starved of time, if it was, as an INVALID finding."""
    worst = max(history.of(Lagged), key=lambda entry: entry.seconds, default=None)
    if worst is None or worst.seconds < STARVED:
        return None
    message = (
        f"the harness itself was {seconds(worst.seconds)} late at {seconds(worst.at)}: this machine was too busy "
        "to judge times; repeat the run on a quieter one"
    )
    return Finding("starved", message, 0.0, Verdict.INVALID)


def excuse(
    history: History,
    findings: Sequence[Finding],
    missed: Sequence[ObjectiveResult],
) -> tuple[tuple[Finding, ...], list[ObjectiveResult]]:
    """Hold nothing against the stream that the harness's own delay may have caused."""
    held = [finding for finding in findings if finding.verdict is Verdict.FAIL and finding.name not in _TIMELESS]
    late = [result for result in missed if result.name not in _TIMELESS]
    cause = starved(history)
    if cause is None or not (held or late):
        return tuple(findings), list(missed)
    excused = [
        Finding(finding.name, finding.message, finding.at, Verdict.INVALID) if finding in held else finding
        for finding in findings
    ]
    return (cause, *excused), [result for result in missed if result not in late]
