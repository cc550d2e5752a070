"""Did every fault of the schedule really happen? A run whose faults left no trace has shown nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.wording import seconds
from ssechaos.model import FaultReport, Finding, Findings, Verdict
from ssechaos.model.entries import FaultBegan, FaultEnded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.model import History, Step


@register_checker("evidence")
def check_evidence(history: History) -> Findings:
    """Each step of the schedule began, ended, and left the evidence that its fault names as proof."""
    schedule = history.conditions.scenario.schedule
    reports = fault_reports(history)
    problems = [
        problem
        for number, (step, report) in enumerate(zip(schedule, reports, strict=True))
        if (problem := _doubt(history, number, step, report)) is not None
    ]
    return Findings(problems=(*problems, *_strangers(history)))


def fault_reports(history: History) -> tuple[FaultReport, ...]:
    """Each step of the schedule as it really happened, in the schedule's order."""
    began: dict[int, FaultBegan] = {}
    ended: dict[int, FaultEnded] = {}
    for begin in history.of(FaultBegan):
        began.setdefault(begin.step, begin)
    for end in history.of(FaultEnded):
        ended.setdefault(end.step, end)
    return tuple(
        FaultReport(
            kind=step.fault.kind,
            at=began[number].at if number in began else None,
            until=ended[number].at if number in ended else None,
            modelled=number in began and began[number].modelled,
            evidence=dict(ended[number].evidence) if number in ended else {},
        )
        for number, step in enumerate(history.conditions.scenario.schedule)
    )


def _doubt(history: History, number: int, step: Step, report: FaultReport) -> Finding | None:
    which = f"step {number} ({report.kind})"
    if report.at is None:
        due = f"was due at {seconds(step.at)}, but the run was over at {seconds(history.end)}"
        return _invalid("not_played", f"{which} never began: it {due}")
    if report.until is None:
        return _invalid("not_ended", f"{which} began at {seconds(report.at)}, but its end was not recorded")
    if not step.fault.shown_by(report.evidence):
        return _invalid("no_evidence", f"{which} left no trace; counted were {_counters(report.evidence)}")
    return None


def _strangers(history: History) -> Iterator[Finding]:
    steps = len(history.conditions.scenario.schedule)
    for entry in history.of(FaultBegan):
        if not 0 <= entry.step < steps:
            message = f"step {entry.step} ({entry.fault}) began at {seconds(entry.at)}, but the schedule has none"
            yield _invalid("unknown_step", message)


def _counters(evidence: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in evidence.items()) or "no counters at all"


def _invalid(name: str, message: str) -> Finding:
    return Finding(name, message, verdict=Verdict.INVALID)
