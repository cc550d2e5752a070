"""How findings speak: sequences in short, times in seconds, whose client it was, and the fault in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.outages import spans
from ssechaos.checkers.story import clients
from ssechaos.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.model import History

MOST = 10
"""How many findings of a name, or runs of sequences, are spelt out before the rest is only counted."""


def seconds(duration: float) -> str:
    """``1.9 s``, with no more digits than a reader needs."""
    return f"{round(duration, 2):g} s"


def names(sequences: Iterable[int]) -> str:
    """Sequences as a reader writes them: ``7, 9-12``."""
    runs: list[list[int]] = []
    for sequence in sorted(set(sequences)):
        if runs and sequence == runs[-1][1] + 1:
            runs[-1][1] = sequence
        else:
            runs.append([sequence, sequence])
    shown = ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in runs[:MOST])
    return shown if len(runs) <= MOST else f"{shown} and {sum(hi - lo + 1 for lo, hi in runs[MOST:])} more"


def events(sequences: Sequence[int]) -> str:
    """``event 7`` or ``events 7, 9-12``."""
    return f"{'event' if len(sequences) == 1 else 'events'} {names(sequences)}"


class Words:
    """What a finding says of its circumstances in one history: whose client, and what the network was doing."""

    def __init__(self, history: History) -> None:
        self._several = clients(history) > 1
        self._spans = spans(history)

    def whose(self, client: str) -> str:
        """The client's name before a sentence; nothing when there is only one."""
        return f"{client}: " if self._several else ""

    def during(self, at: float) -> str:
        """What the network was doing at that moment: a fault in force, the last one before, or nothing."""
        in_force = [span.fault for span in self._spans if span.began <= at <= span.ended]
        if in_force:
            return f", during {' and '.join(dict.fromkeys(in_force))}"
        over = [span for span in self._spans if span.ended < at]
        if not over:
            return ""
        last = max(over, key=lambda span: span.ended)
        return f", {seconds(at - last.ended)} after {last.fault}"


def first_few(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The first findings of a name, and how many more there are, so that a report stays readable."""
    if len(findings) <= MOST:
        return tuple(findings)
    last = findings[-1]
    more = Finding(last.name, f"and {len(findings) - MOST} more like these", last.at, last.verdict, last.side)
    return (*findings[:MOST], more)
