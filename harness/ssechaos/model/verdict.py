"""The verdict: PASS, FAIL or INVALID, with everything that it rests on.

FAIL beats INVALID beats PASS. A run whose faults left no evidence, that delivered nothing, or whose checker
crashed is INVALID: it showed nothing, and nothing is never a pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ssechaos.model.objective import ObjectiveResult


class Verdict(Enum):
    """How a run is judged. ``SKIPPED``: the network can't make one of its faults, so there was no run."""

    PASS = "PASS"  # noqa: S105 - a verdict, not a password
    SKIPPED = "SKIPPED"
    INVALID = "INVALID"
    FAIL = "FAIL"


_RANK = {Verdict.SKIPPED: 0, Verdict.PASS: 1, Verdict.INVALID: 2, Verdict.FAIL: 3}


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of several together; of none at all it is INVALID, as nothing was shown."""
    found = list(verdicts)
    if not any(verdict is not Verdict.SKIPPED for verdict in found):
        return Verdict.INVALID
    return max(found, key=_RANK.__getitem__)


Side = Literal["server", "client", ""]
"""Who caused what was found: one of the two ends; empty: neither of them, or nobody can tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a checker holds against a run.

    ``name`` is what went wrong in one word (``lost``, ``resume``, ``silent_failure``); ``verdict`` is FAIL, or
    INVALID when it is the run rather than the stream that failed. ``side`` says who caused it.
    """

    name: str
    message: str
    at: float | None = None
    verdict: Verdict = Verdict.FAIL
    side: Side = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """What one checker says: measurements by name, what it holds against the run, and what it could not judge."""

    measurements: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()
    unjudged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FaultReport:
    """A fault as it really happened: when it was in force, and what shows it."""

    kind: str
    at: float | None
    until: float | None
    modelled: bool
    evidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one run, with its reason, all that it rests on, and what it says nothing about."""

    verdict: Verdict
    reason: str
    measurements: Mapping[str, Any]
    objectives: tuple[ObjectiveResult, ...]
    faults: tuple[FaultReport, ...]
    findings: tuple[Finding, ...]
    unjudged: tuple[str, ...] = ()

    @property
    def at_fault(self) -> str:
        """Which side failed: ``server``, ``client`` or ``both``; empty when neither did, or nobody can tell."""
        sides = {finding.side for finding in self.findings if finding.verdict is Verdict.FAIL and finding.side}
        return "both" if len(sides) > 1 else "".join(sides)
