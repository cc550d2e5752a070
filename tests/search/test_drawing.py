"""Whatever is drawn can be played: every kind, values in bounds, an end in sight, and a file that holds it."""

from __future__ import annotations

import json
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from ssechaos.faults import AnswerStatus, Reset
from ssechaos.model import FAULTS, Clients, ServerSettings, Step, Workload, scenario_from_json
from ssechaos.networks import NETWORKS
from ssechaos.search.case import HEALED, PATIENCE, PATIENT, scenario_of
from ssechaos.search.dice import Rolled
from ssechaos.search.drawing import HEARTBEAT, MOST_STEPS, draw_case
from ssechaos.search.faults import DRAWN, NEVER_TOGETHER, pair
from ssechaos.search.shrinking import cases

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.search.case import Case


@pytest.mark.parametrize(
    "kind", [kind for kind, fault in FAULTS.items() if NETWORKS["simulated"]().refuses(fault()) is None]
)
def test_every_kind_that_runs_in_the_simulation_can_be_drawn(kind: str) -> None:
    dice = Rolled(Random(1))
    sizes = (400, 420, 3400, 60_400)
    assert {DRAWN[kind](dice, size).kind for size in sizes for _ in range(50)} == {kind}


def test_every_kind_comes_up_and_the_simplest_values_stand_first() -> None:
    dice = Rolled(Random(1))
    found = {step.fault.kind for _ in range(500) for step in draw_case(dice).scenario.schedule}
    assert found == set(DRAWN)
    assert next(iter(DRAWN)) == "reset"


def test_kinds_in_focus_come_more_often() -> None:
    dice = Rolled(Random(1))
    steps = [step for _ in range(300) for step in draw_case(dice, ("cut", "slicer")).scenario.schedule]
    share = sum(step.fault.kind in ("cut", "slicer") for step in steps) / len(steps)
    assert share > 0.3


@given(cases())
def test_a_case_survives_being_saved(case: Case) -> None:
    assert scenario_from_json(json.loads(json.dumps(case.scenario.to_json()))) == case.scenario


@given(cases())
def test_every_schedule_ends_and_leaves_time_to_come_back(case: Case) -> None:
    scenario = case.scenario
    assert len(scenario.schedule) <= MOST_STEPS
    assert all(step.until is not None and step.until <= HEALED for step in scenario.schedule)
    assert all((step.until == step.at) is isinstance(step.fault, Reset) for step in scenario.schedule)
    assert scenario.deadline >= HEALED + PATIENCE


@given(cases())
def test_settings_stay_within_what_a_correct_pair_can_keep(case: Case) -> None:
    server, policy = case.scenario.server, case.scenario.clients.policy
    assert server.heartbeat_interval == HEARTBEAT < min(server.silence_threshold, policy.silence_threshold) / 2
    assert policy.max_attempts >= PATIENT or case.scenario.expects != "done"
    assert min(policy.backoff) * (1 - policy.jitter) * PATIENT > HEALED
    kinds = [step.fault.kind for step in case.scenario.schedule]
    assert not {pair(one, other) for one, other in combinations(kinds, 2)} & NEVER_TOGETHER


def test_a_final_answer_leaves_both_ends_open(case: Callable[..., Case]) -> None:
    assert case(Step(AnswerStatus(status=503), 0.0, 1.0)).scenario.expects == "done"
    late, other = Step(AnswerStatus(status=204), 0.1, 1.0), Step(Reset(), 0.2, 0.2)
    assert case(late).scenario.expects == "either"
    assert case(Step(AnswerStatus(status=204), 0.0, 1.0), other).scenario.expects == "either"
    assert case(max_attempts=3).scenario.expects == "either"


def test_nothing_but_a_final_answer_has_to_end_in_an_error(case: Callable[..., Case]) -> None:
    assert case(Step(AnswerStatus(status=404), 0.0, 1.0)).scenario.expects == "error"


def test_a_final_answer_to_one_of_two_clients_leaves_both_ends_open() -> None:
    def expected(times: int | None) -> str:
        answer = Step(AnswerStatus(status=204, times=times), 0.0, 1.0)
        return scenario_of(
            (answer,), workload=Workload(), server=ServerSettings(), clients=Clients(count=2)
        ).expects

    assert [expected(times) for times in (1, 2, None)] == ["either", "error", "error"]


def test_only_what_a_gap_or_a_final_error_may_tell_may_be_lost(case: Callable[..., Case]) -> None:
    def limit(drawn: Case) -> str:
        return next(str(one) for one in drawn.scenario.objectives if one.name == "lost")

    assert limit(case()) == "lost <= 0"
    assert limit(case(history=3)) == "lost <= 4"
    assert limit(case(max_attempts=3)) == "lost <= 4"
