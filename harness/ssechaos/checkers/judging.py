"""From a history to its verdict: ask every checker, judge the objectives, say in one line what tells the most."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ssechaos.checkers.base import CHECKERS
from ssechaos.checkers.blame import settled
from ssechaos.checkers.evidence import fault_reports
from ssechaos.checkers.starvation import excuse
from ssechaos.model import Finding, Findings, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.checkers.base import Checker
    from ssechaos.model import History, ObjectiveResult

_VOIDING = frozenset({"broken", "interrupted", "unfinished", "starved", "nothing_sent"})
"""From these findings on, nothing can be held against the stream: it is the run that failed."""

_RESTS_ON_DELIVERIES = frozenset(
    {"completion_rate", "incomplete", "lost", "lost_untold", "no_recovery", "deadline"},
)
"""What says nothing in a run in which nothing was delivered at all: perhaps there never was a way."""

_CAUSES = frozenset({"soundness", "wire", "resume"})
"""Checkers that are asked first: of two findings at the same moment, theirs is the cause of the other."""


def judge(history: History) -> Judgement:
    """The verdict on one run, with all that it rests on.

    A checker that crashes is an INVALID finding under the checker's name, never an exception. A finding that is
    named after a measurement (``lost``) only explains it: while an objective on it holds, it is not held against
    the run. What comes after a break of the harness itself makes the run INVALID, not FAIL.
    """
    answers = [_answer(CHECKERS[name], history) for name in sorted(CHECKERS, key=_rank)]
    measurements = {name: value for answer in answers for name, value in answer.measurements.items()}
    results = tuple(objective.judge(measurements) for objective in history.conditions.scenario.objectives)
    findings = _weighed((finding for answer in answers for finding in answer.problems), results)
    findings, missed = excuse(history, findings, _missed(findings, results))
    findings = settled(history, findings)
    verdict = _verdict(findings, missed)
    return Judgement(
        verdict=verdict,
        reason=_reason(verdict, findings, missed),
        measurements=measurements,
        objectives=results,
        faults=fault_reports(history),
        findings=findings,
        unjudged=tuple(text for answer in answers for text in answer.unjudged),
    )


def _rank(name: str) -> tuple[bool, str]:
    return name not in _CAUSES, name


def _answer(checker: Checker, history: History) -> Findings:
    answer = _ask(checker, history)
    if not answer.problems:
        return answer
    held = (replace(finding, side=finding.side or checker.side) for finding in answer.problems)
    return replace(answer, problems=tuple(held))


def _ask(checker: Checker, history: History) -> Findings:
    try:
        return checker.check(history)
    except Exception as error:  # noqa: BLE001 - whatever a checker raises, the run was not judged by it
        message = f"the checker crashed, so nothing is known: {type(error).__name__}: {error}"
        return Findings(problems=(Finding(checker.name, message, verdict=Verdict.INVALID),))


def _weighed(found: Iterable[Finding], results: Iterable[ObjectiveResult]) -> tuple[Finding, ...]:
    """Leave out what the objectives allow, and hold nothing against the stream after the run was void."""
    allowed = {result.name for result in results if result.ok}
    findings = sorted((finding for finding in found if finding.name not in allowed), key=_when)
    void = min((finding.at or 0.0 for finding in findings if finding.name in _VOIDING), default=math.inf)
    empty = any(finding.name == "nothing_delivered" for finding in findings)

    def counts(finding: Finding) -> bool:
        in_time = void == math.inf or (finding.at is not None and finding.at < void)
        return in_time and not (empty and finding.name in _RESTS_ON_DELIVERIES)

    return tuple(finding if counts(finding) else replace(finding, verdict=Verdict.INVALID) for finding in findings)


def _missed(findings: Sequence[Finding], results: Iterable[ObjectiveResult]) -> list[ObjectiveResult]:
    """The objectives that were missed, as far as they can be held against the stream."""
    names = {finding.name for finding in findings}
    if names & _VOIDING:
        return []
    empty = "nothing_delivered" in names
    return [result for result in results if not (result.ok or (empty and result.name in _RESTS_ON_DELIVERIES))]


def _when(finding: Finding) -> tuple[bool, float]:
    """In order of time; what is only known at the end of the run comes last."""
    return finding.at is None, finding.at or 0.0


def _verdict(findings: Sequence[Finding], missed: Sequence[ObjectiveResult]) -> Verdict:
    verdicts = {finding.verdict for finding in findings}
    if Verdict.FAIL in verdicts or missed:
        return Verdict.FAIL
    return Verdict.INVALID if verdicts else Verdict.PASS


def _reason(verdict: Verdict, findings: Sequence[Finding], missed: Sequence[ObjectiveResult]) -> str:
    """The first thing that went wrong, as what follows is often its consequence."""
    telling = [finding for finding in findings if finding.verdict is verdict]
    telling.sort(
        key=lambda finding: (verdict is Verdict.INVALID and finding.name not in _VOIDING, *_when(finding))
    )
    if telling:
        return " ".join(f"{telling[0].name}: {telling[0].message}".split())
    return next((f"{one.name} is {_short(one.observed)}, the limit is {one.limit}" for one in missed), "")


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
