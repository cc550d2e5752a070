"""A run: one execution of one scenario, judged; and what it takes to change a judgement from outside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ssechaos.model.verdict import Finding, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model.history import History


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of one scenario: its facts, the verdict on them, and the wall-clock seconds it took."""

    history: History
    judgement: Judgement
    wall_seconds: float

    @property
    def name(self) -> str:
        """The scenario's name."""
        return self.history.conditions.scenario.name

    @property
    def measurements(self) -> Mapping[str, Any]:
        """What the checkers measured, by name."""
        return self.judgement.measurements

    def against(self, finding: Finding) -> Run:
        """The same run with one more finding held against it: the reason, unless it had failed already."""
        judgement = self.judgement
        findings = (*judgement.findings, finding)
        if judgement.verdict is Verdict.FAIL:
            return replace(self, judgement=replace(judgement, findings=findings))
        return replace(
            self,
            judgement=replace(
                judgement,
                findings=findings,
                verdict=finding.verdict,
                reason=f"{finding.name}: {finding.message}",
            ),
        )


def skipped(history: History, reason: str) -> Run:
    """A scenario that was not played, because its network can't make one of its faults."""
    return Run(history, Judgement(Verdict.SKIPPED, reason, {}, (), (), ()), 0.0)
