"""Scenarios, their settings and faults as JSON and back; what can't be meant is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator  # noqa: TC003 - read by the fixtures
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.model import (
    FAULTS,
    GATEWAY_POLICY,
    ClientPolicy,
    Clients,
    Fault,
    Scenario,
    ServerSettings,
    Step,
    Workload,
    fault_from_json,
    objectives,
    register,
    scenario_from_json,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


class Colour(Enum):
    GREY = "grey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fog(Fault):
    density: float = 0.5
    colour: object = Colour.GREY
    layers: tuple[float, ...] = (1.0, 2.0)
    inner: Fault | None = None

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        return "seen" in evidence


@pytest.fixture
def fog() -> Iterator[type[Fog]]:
    yield register("fog")(Fog)
    del FAULTS["fog"]


SCENARIOS = [
    Scenario(name="plain", does="nothing"),
    Scenario(
        name="rich",
        does="much",
        workload=Workload(events=3, interval=0.0, size=0),
        objectives=objectives("lost <= 3"),
        server=ServerSettings(history=10, retry=2.5),
        clients=Clients(count=100, policy=GATEWAY_POLICY),
        expects="error",
        deadline=5.0,
    ),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_reads_back_as_it_was_written(scenario: Scenario) -> None:
    assert scenario_from_json(json.loads(json.dumps(scenario.to_json()))) == scenario


def test_a_schedule_reads_back_as_it_was_written(fog: type[Fog]) -> None:
    steps = (Step(fog(density=0.9, colour="grey", layers=[]), 1.0, 2.0), Step(fog(colour="grey", layers=[]), 3.0))
    scenario = Scenario(name="foggy", does="hides", schedule=steps)
    assert scenario_from_json(json.loads(json.dumps(scenario.to_json()))) == scenario


def test_settings_are_plain_values(fog: type[Fog]) -> None:
    settings = fog(inner=fog()).settings()
    assert settings["colour"] == "grey"
    assert settings["layers"] == [1.0, 2.0]
    assert settings["inner"] == {"kind": "fog", **fog().settings()}
    json.dumps(settings)


def test_an_unknown_fault_is_refused_with_those_known(fog: type[Fog]) -> None:
    assert fog.kind == "fog"
    with pytest.raises(UsageError, match=r"unknown fault 'frog'; known are .*fog"):
        fault_from_json("frog", {})


@pytest.mark.usefixtures("fog")
def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(UsageError, match=r"fault 'fog': .*smell"):
        fault_from_json("fog", {"smell": 1})


@pytest.mark.usefixtures("fog")
def test_two_faults_may_not_share_a_name() -> None:
    with pytest.raises(ValueError, match="two faults are named 'fog'"):
        register("fog")(Fog)


@pytest.mark.parametrize("left_out", ["name", "workload", "schedule", "clients", "deadline"])
def test_a_scenario_with_a_part_missing_is_refused(left_out: str) -> None:
    data = {key: value for key, value in SCENARIOS[0].to_json().items() if key != left_out}
    with pytest.raises(UsageError, match=f"not a scenario of this version: KeyError '{left_out}'"):
        scenario_from_json(data)


def test_a_scenario_with_an_unknown_setting_is_refused() -> None:
    data = SCENARIOS[0].to_json()
    data["server"]["colour"] = "red"
    with pytest.raises(UsageError, match="colour"):
        scenario_from_json(data)


@pytest.mark.parametrize(("at", "until"), [(-1.0, None), (2.0, 1.0)])
def test_a_step_that_ends_before_it_begins_is_refused(fog: type[Fog], at: float, until: float | None) -> None:
    with pytest.raises(UsageError, match="0 <= at <= until"):
        Step(fog(), at, until)


def test_a_scenario_expects_one_of_two_ends_or_either() -> None:
    with pytest.raises(UsageError, match="'done', 'error' or 'either', not 'maybe'"):
        Scenario(name="x", does="x", expects="maybe")


@pytest.mark.parametrize("settings", [{"events": 0}, {"interval": -1.0}, {"size": -1}])
def test_a_workload_that_sends_nothing_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="a workload needs"):
        Workload(**settings)


@pytest.mark.parametrize("backoff", [(), (-1.0,)])
def test_a_backoff_without_waits_is_refused(backoff: tuple[float, ...]) -> None:
    with pytest.raises(UsageError, match="backoff needs at least one wait"):
        ClientPolicy(backoff=backoff)


def test_the_gateway_preset_is_that_of_requirement_r12() -> None:
    policy = GATEWAY_POLICY
    assert (policy.silence_threshold, policy.max_attempts, policy.backoff) == (15.0, 3, (2.0,))
