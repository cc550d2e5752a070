"""Every scenario of the catalogue on the simulated network: the reference pair passes, runs can be repeated."""

from __future__ import annotations

import pytest

from ssechaos.catalogue import catalogue
from ssechaos.checkers import judge
from ssechaos.model import History, Scenario, Verdict
from ssechaos.networks import NETWORKS
from ssechaos.runner import play_to_end
from ssechaos.setups import Setup

EVERY = pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda scenario: scenario.name)


def played(scenario: Scenario, seed: int) -> History:
    return play_to_end(scenario, Setup(network=NETWORKS["simulated"]()), seed=seed)


@EVERY
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_reference_pair_passes(scenario: Scenario, seed: int) -> None:
    judgement = judge(played(scenario, seed))
    assert judgement.verdict is Verdict.PASS, judgement.reason


@EVERY
def test_the_same_seed_gives_the_same_history(scenario: Scenario) -> None:
    assert list(played(scenario, 7).to_lines()) == list(played(scenario, 7).to_lines())
