"""All questions, and what follows: PROCEED, PUNT or INCONCLUSIVE."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ssechaos.probe.buffering import buffering
from ssechaos.probe.concurrency import concurrency
from ssechaos.probe.cuts import cuts
from ssechaos.probe.findings import Finding, Weight
from ssechaos.probe.headers import headers
from ssechaos.probe.heartbeats import heartbeats
from ssechaos.probe.reaching import reaching, unreadable
from ssechaos.probe.resuming import resuming
from ssechaos.probe.share import sharing
from ssechaos.probe.substance import substance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ssechaos.probe.observation import Observations

QUESTIONS: tuple[Callable[[Observations], Iterator[Finding]], ...] = (
    reaching,
    unreadable,
    substance,
    buffering,
    cuts,
    concurrency,
    sharing,
    heartbeats,
    resuming,
    headers,
)
"""Each is asked of every probe; causes stand before what follows from them."""

_BY_WEIGHT = tuple(Weight)


class Recommendation(Enum):
    """What to do; the value is the exit code."""

    PROCEED = 0
    PUNT = 1
    INCONCLUSIVE = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """The recommendation, and its findings, the weightiest first."""

    recommendation: Recommendation
    findings: tuple[Finding, ...]

    @property
    def reason(self) -> Finding | None:
        """The finding that decided; None for PROCEED."""
        return None if self.recommendation is Recommendation.PROCEED else self.findings[0]


def verdict(seen: Observations) -> Verdict:
    """Ask every question and conclude."""
    found = [finding for question in QUESTIONS for finding in question(seen)]
    weights = {finding.weight for finding in found}
    if Weight.BLOCKS in weights:  # what could not be told matters no more
        found = [finding for finding in found if finding.weight is not Weight.UNTESTABLE]
    ordered = sorted(found, key=lambda it: _BY_WEIGHT.index(it.weight))  # stable: causes stay before what follows
    return Verdict(_recommendation(weights), tuple(ordered))


def _recommendation(weights: set[Weight]) -> Recommendation:
    if Weight.BLOCKS in weights:
        return Recommendation.PUNT
    return Recommendation.INCONCLUSIVE if Weight.UNTESTABLE in weights else Recommendation.PROCEED
