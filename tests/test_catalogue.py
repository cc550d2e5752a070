"""The catalogue, and what a name on the command line means."""

from __future__ import annotations

import pytest

from ssechaos.catalogue import catalogue, chosen, unknown
from ssechaos.errors import UsageError
from ssechaos.model import Scenario, scenario_from_json

REQUIRED = {
    "slow_3g",
    "stall_connection",
    "stall_path",
    "packet_loss",
    "event_loss",
    "handoff",
    "rapid_toggles",
    "user_experience",
    "cut_during_replay",
    "break_before_first_id",
    "evicted_history",
    "server_restart",
    "idle_timeout",
    "buffering_proxy",
    "duplicated_replay",
    "server_errors",
    "duration_cap",
    "slow_consumer",
    "reconnect_storm",
    "split_everything",
}


def known(*names: str) -> dict[str, Scenario]:
    return {name: Scenario(name=name, does="nothing") for name in names}


def test_every_required_scenario_is_there_and_says_what_it_does() -> None:
    found = catalogue()
    assert set(found) >= REQUIRED
    assert all(scenario.does for scenario in found.values())


@pytest.mark.parametrize("scenario", catalogue().values(), ids=lambda scenario: scenario.name)
def test_every_scenario_can_be_written_to_a_file_and_read_back(scenario: Scenario) -> None:
    assert scenario_from_json(scenario.to_json()) == scenario


def test_a_name_means_itself() -> None:
    assert chosen(["stall"], known("stall", "stall_path")) == ["stall"]


def test_the_beginning_that_several_share_means_all_of_them() -> None:
    assert chosen(["stall"], known("stall_a", "stall_b", "stalled")) == ["stall_a", "stall_b"]


def test_nothing_is_chosen_twice() -> None:
    assert chosen(["a_1", "a"], known("a_1", "a_2")) == ["a_1", "a_2"]


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="unknown scenario 'handof': did you mean 'handoff'"):
        chosen(["handof"], known("handoff"))


def test_a_name_that_is_near_nothing_lists_what_is_known() -> None:
    assert unknown("network", "zzz", ["embedded", "packet"]).endswith("known are embedded, packet")
