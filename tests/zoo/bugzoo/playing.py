"""Plays a bug, or the correct pair, in virtual time, and says whom the verdict blames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bugzoo.stories import STORIES
from ssechaos.catalogue import catalogue
from ssechaos.checkers import judge
from ssechaos.model import Verdict
from ssechaos.networks import NETWORKS
from ssechaos.networks.simulated import run
from ssechaos.runner import play
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from bugzoo.bug import Bug
    from ssechaos.model import History, Judgement, Scenario

SCENARIOS: dict[str, Scenario] = {**catalogue(), **STORIES}
"""The catalogue and the zoo's own stories, by name."""


def played(scenario: Scenario, bug: Bug | None = None, seed: int = 1) -> History:
    """The history of one run; without a bug: of the reference server and client."""
    network = NETWORKS["embedded"]()
    setup = Setup(network=network) if bug is None else bug.setup(network)
    return run(play(scenario, setup, seed=seed), seed=seed)


def judged(scenario: Scenario, bug: Bug | None = None, seed: int = 1) -> Judgement:
    """The verdict on one run."""
    return judge(played(scenario, bug, seed))


def blamed(judgement: Judgement) -> frozenset[str]:
    """What a FAIL is for: findings, and objectives that were missed. Empty for any other verdict."""
    if judgement.verdict is not Verdict.FAIL:
        return frozenset()
    found = {finding.name for finding in judgement.findings if finding.verdict is Verdict.FAIL}
    return frozenset(found | {result.name for result in judgement.objectives if not result.ok})
