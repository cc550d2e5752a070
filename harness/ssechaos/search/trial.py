"""Plays one case, and says who broke: the pair under test, the harness, or nobody.

A step that had no chance to bite makes a run INVALID, which is no failure: it is counted as not exercised. What
else makes a run INVALID, and whatever escapes from the simulation, is the harness's own failure, told loudly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers import judge
from ssechaos.model import Verdict
from ssechaos.networks.simulated import OutsideWorld
from ssechaos.runner import play_to_end

if TYPE_CHECKING:
    from ssechaos.model import Finding, History, Judgement
    from ssechaos.search.case import Case
    from ssechaos.setups import Setup

_NOT_EXERCISED = frozenset({"not_played", "no_evidence"})
_BROKEN = frozenset({"broken", "unfinished", "interrupted"})
_NOTHING_CAME = frozenset({"nothing_sent", "nothing_delivered"})
"""INVALID for a single run; but a pair that streams without faults has to stream once the faults are over."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What broke. ``name`` is that of the first finding, by which failures are told apart.

    Attributes:
        harness: It is the harness that broke, not the pair.
    """

    name: str
    message: str
    harness: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case. There is no history of one that was refused, or broke the simulation itself."""

    failure: Failure | None = None
    history: History | None = None
    judgement: Judgement | None = None


def attempt(case: Case, setup: Setup) -> Outcome:
    """Play a case from start to end, and judge it. What the network or the server refuses is not played."""
    if setup.refuses(case.scenario) is not None:
        return Outcome()
    try:
        history = play_to_end(case.scenario, setup, seed=case.seed)
    except Exception as error:  # noqa: BLE001 - a deadlock, a livelock, or a bug: nothing may pass for a success
        return Outcome(Failure(type(error).__name__, str(error), harness=True))
    judgement = judge(history)
    return Outcome(_failure(judgement), history, judgement)


def _failure(judgement: Judgement) -> Failure | None:
    if judgement.verdict is Verdict.PASS:
        return None
    telling = [finding for finding in judgement.findings if finding.name not in _NOT_EXERCISED]
    for found, harness in ((_of_harness(telling), True), (_of_pair(telling), False)):
        if found:
            return Failure(found[0].name, found[0].message, harness=harness)
    missed = any(not result.ok for result in judgement.objectives)
    return Failure("objective", judgement.reason) if missed else None


def _of_harness(findings: list[Finding]) -> list[Finding]:
    """What the harness did; a client that can't be simulated is its limit, too, not the client's mistake."""
    voided = any(finding.name in _NOTHING_CAME for finding in findings)
    return [
        finding
        for finding in findings
        if finding.name in _BROKEN
        or OutsideWorld.__name__ in finding.message
        or (finding.verdict is Verdict.INVALID and not voided)
    ]


def _of_pair(findings: list[Finding]) -> list[Finding]:
    nothing = [finding for finding in findings if finding.name in _NOTHING_CAME]
    return nothing or [finding for finding in findings if finding.verdict is Verdict.FAIL]
