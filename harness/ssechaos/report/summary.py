"""The summary of a session: what ``summary.json`` (schema 1) holds, and all that other reports are made from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from ssechaos.model import Verdict, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.model import FaultReport, Finding, ObjectiveResult, Run

SCHEMA = 1

_RECOVERY = ("mean", "p50", "p95", "p99", "max")
_MEASURED_FIRST = (
    "sent",
    "delivered",
    "completion_rate",
    "lost",
    "duplicates",
    "reordered",
    "corrupted",
    "phantom",
    "silent_failures",
    "reconnects",
    "stalls_detected",
    "user_visible_errors",
    "detection_seconds",
    "recovery_seconds",
    "recovery",
)
"""The order in which schema 1 shows measurements; others follow by name."""


def summarize(  # noqa: PLR0913 - a session has no other value that holds these
    runs: Sequence[Run],
    *,
    run_id: str,
    started: str,
    baseline: Run | None,
    interrupted: bool = False,
    wall_seconds: float,
) -> dict[str, Any]:
    """Sum up a session as plain JSON values.

    Args:
        runs: every scenario of the session in the order to show, the skipped ones too.
        run_id: the name of the session's folder under the reports.
        started: when the session began, UTC, as ISO 8601 with ``Z``.
        baseline: the run without faults; unless it passes, the session is not better than INVALID.
        interrupted: the session was cut short, so it is not better than INVALID.
        wall_seconds: how long the session took in all.
    """
    conditions = [run.history.conditions for run in (*runs, *([baseline] if baseline else []))]
    return {
        "schema": SCHEMA,
        "run_id": run_id,
        "started": started,
        "seed": conditions[0].seed if conditions else None,
        "network": _distinct(condition.network for condition in conditions),
        "target": _distinct(condition.target for condition in conditions),
        "client": _distinct(condition.client for condition in conditions),
        "verdict": _overall(runs, baseline, interrupted=interrupted).value,
        "interrupted": interrupted,
        "baseline": _baseline(baseline),
        "counts": _counts(runs),
        "wall_seconds": round(wall_seconds, 3),
        "longest_scenario_seconds": round(max((run.wall_seconds for run in runs), default=0.0), 3),
        "scenarios": [summarize_run(run) for run in runs],
    }


def summarize_run(run: Run) -> dict[str, Any]:
    """One scenario of the summary; also what ``verdict.json`` holds."""
    judgement, conditions = run.judgement, run.history.conditions
    return {
        "name": run.name,
        "verdict": judgement.verdict.value,
        "reason": judgement.reason,
        "at_fault": judgement.at_fault,
        "wall_seconds": round(run.wall_seconds, 3),
        "ground_truth": conditions.ground_truth,
        "measurements": _measurements(judgement.measurements),
        "objectives": [_objective(result) for result in judgement.objectives],
        "faults": [_fault(fault) for fault in judgement.faults],
        "findings": [_finding(finding) for finding in judgement.findings],
        "not_judged": list(judgement.unjudged),
        "repeat": conditions.repeat,
    }


def _overall(runs: Sequence[Run], baseline: Run | None, *, interrupted: bool) -> Verdict:
    baseline_broke = baseline is not None and baseline.judgement.verdict is not Verdict.PASS
    doubts = [Verdict.INVALID] if interrupted or baseline_broke else []
    return worst([*(run.judgement.verdict for run in runs), *doubts])


def _distinct(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _baseline(run: Run | None) -> dict[str, Any] | None:
    if run is None:
        return None
    return {"verdict": run.judgement.verdict.value, "reason": run.judgement.reason}


def _counts(runs: Sequence[Run]) -> dict[str, int]:
    verdicts = [run.judgement.verdict for run in runs]
    shown = (Verdict.PASS, Verdict.FAIL, Verdict.INVALID, Verdict.SKIPPED)
    return {verdict.value: verdicts.count(verdict) for verdict in shown}


def _measurements(measured: Mapping[str, Any]) -> dict[str, Any]:
    if not measured:
        return {}
    moved = {f"recovery_{part}": part for part in _RECOVERY}
    recovery = {part: measured.get(name) for name, part in moved.items()}
    found = {"recovery": recovery, **{k: v for k, v in measured.items() if k not in moved}}
    order = [*(name for name in _MEASURED_FIRST if name in found), *sorted(found.keys() - {*_MEASURED_FIRST})]
    return {name: _plain(found[name]) for name in order}


def _objective(result: ObjectiveResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "limit": result.limit,
        "observed": _plain(result.observed),
        "ok": result.ok,
    }


def _fault(fault: FaultReport) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "at": _plain(fault.at),
        "until": _plain(fault.until),
        "modelled": fault.modelled,
        "evidence": _plain(fault.evidence),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "name": finding.name,
        "message": finding.message,
        "at": _plain(finding.at),
        "verdict": finding.verdict.value,
        "side": finding.side,
    }


def _plain(value: Any) -> Any:
    """``value`` as JSON knows it; what is not finite becomes null, as JSON has no word for it."""
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value
