"""The reference server and client are never accused, whatever the scenario and the seed."""

from __future__ import annotations

from random import Random

import pytest
from bugzoo.chance import scenario_by_chance
from bugzoo.playing import SCENARIOS, judged, played

from ssechaos.model import Verdict


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", SCENARIOS)
def test_it_passes_every_scenario(name: str, seed: int) -> None:
    judgement = judged(SCENARIOS[name], seed=seed)
    assert judgement.verdict is Verdict.PASS, judgement.reason


@pytest.mark.parametrize("seed", range(100))
def test_it_passes_scenarios_made_by_chance(seed: int) -> None:
    judgement = judged(scenario_by_chance(Random(seed)), seed=seed)
    assert judgement.verdict is Verdict.PASS, judgement.reason


@pytest.mark.parametrize("seed", range(100, 105))
def test_the_same_seed_gives_the_same_history(seed: int) -> None:
    scenario = scenario_by_chance(Random(seed))
    assert [*played(scenario, seed=seed).to_lines()] == [*played(scenario, seed=seed).to_lines()]


def test_another_seed_gives_another_history() -> None:
    scenario = SCENARIOS["rapid_toggles"]
    assert played(scenario, seed=1).entries != played(scenario, seed=2).entries
