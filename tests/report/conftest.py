"""Made-up runs and sessions: reports are judged on what they are told, so nothing has to be played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Conditions, History, Judgement, Run, Scenario, Verdict, skipped
from ssechaos.report import summarize

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import FaultReport, Finding, ObjectiveResult

MEASURED = {
    "sent": 50,
    "delivered": 50,
    "completion_rate": 1.0,
    "lost": 0,
    "duplicates": 0,
    "reconnects": 1,
    "recovery_mean": 0.8,
    "recovery_p95": 0.8,
}


def _run(  # noqa: PLR0913 - the parts of a run
    name: str = "handoff",
    verdict: Verdict = Verdict.PASS,
    reason: str = "",
    *,
    findings: tuple[Finding, ...] = (),
    objectives: tuple[ObjectiveResult, ...] = (),
    faults: tuple[FaultReport, ...] = (),
    wall_seconds: float = 12.1,
    network: str = "embedded",
    **measured: Any,
) -> Run:
    conditions = Conditions(scenario=Scenario(name=name, does="something"), seed=7, network=network)
    history = History(conditions, ())
    if verdict is Verdict.SKIPPED:
        return skipped(history, reason)
    judgement = Judgement(verdict, reason, MEASURED | measured, objectives, faults, findings)
    return Run(history, judgement, wall_seconds)


def _summary(*runs: Run, **session: Any) -> dict[str, Any]:
    facts = {"run_id": "r1", "started": "2025-01-01T00:00:00Z", "baseline": None, "wall_seconds": 13.0}
    return summarize(runs, **(facts | session))


@pytest.fixture(scope="session")
def run() -> Callable[..., Run]:
    return _run


@pytest.fixture(scope="session")
def summary() -> Callable[..., dict[str, Any]]:
    return _summary
