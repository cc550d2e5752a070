"""Every scenario of the catalogue, in virtual time: the reference pair passes, and the same seed is the same history."""

from __future__ import annotations

import pytest

from ssechaos.catalogue import catalogue
from ssechaos.checkers import judge
from ssechaos.model import History, Scenario, Verdict
from ssechaos.networks import NETWORKS
from ssechaos.networks.simulated import run
from ssechaos.runner import Setup, play

EVERY = pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda scenario: scenario.name)


def played(scenario: Scenario, seed: int) -> History:
    return run(play(scenario, Setup(network=NETWORKS["embedded"]()), seed=seed))


@EVERY
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_reference_pair_passes(scenario: Scenario, seed: int) -> None:
    judgement = judge(played(scenario, seed))
    assert judgement.verdict is Verdict.PASS, judgement.reason


@EVERY
def test_the_same_seed_gives_the_same_history(scenario: Scenario) -> None:
    assert list(played(scenario, 7).to_lines()) == list(played(scenario, 7).to_lines())
