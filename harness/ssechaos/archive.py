"""Reads a session's folder back: each history is judged again, without running anything.

What the scenario modules asserted can't be judged again from here, so their findings are kept as they were.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.model import Finding, Run, Verdict, skipped
from ssechaos.report import read_history

if TYPE_CHECKING:
    from pathlib import Path

BASELINE = "baseline"
"""The name of the run without faults that comes first."""
ASSERTED = "asserted"
"""The name of a finding that a scenario's own module made."""


def load_session(directory: Path) -> tuple[Run | None, list[Run]]:
    """The baseline, if there is one, and the runs whose histories lie in ``directory``, judged again.

    Raises:
        UsageError: there is none, or one can't be read.
    """
    histories = sorted(directory.glob("*/history.jsonl"))
    if not histories:
        raise UsageError(
            f"no <scenario>/history.jsonl in {directory}; give the folder of one run, like reports/latest"
        )
    runs = [_load(path) for path in histories]
    baseline = next((run for run in runs if run.name == BASELINE), None)
    return baseline, [run for run in runs if run.name != BASELINE]


def _load(path: Path) -> Run:
    history = read_history(path)
    noted = _noted(path.with_name("verdict.json"))
    if noted.get("verdict") == Verdict.SKIPPED.value:
        return skipped(history, noted["reason"])
    run = Run(history, judge(history), noted.get("wall_seconds", history.end))
    for finding in noted.get("findings", ()):
        if finding["name"] == ASSERTED:
            run = run.against(Finding(ASSERTED, finding["message"], finding["at"], Verdict(finding["verdict"])))
    return run


def _noted(path: Path) -> dict[str, Any]:
    """What ``verdict.json`` says; nothing when the session was killed before it was written."""
    try:
        noted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read: {error}") from error
    return noted
