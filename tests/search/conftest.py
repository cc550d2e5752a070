"""Pairs to search, some of them with a bug of the zoo, and histories made by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults import CutInEvent, Reset
from ssechaos.model import ClientPolicy, Clients, Conditions, History, ServerSettings, Step, Workload
from ssechaos.networks import NETWORKS
from ssechaos.search.case import PATIENT, Case, scenario_of
from ssechaos.search.pairs import setup_named

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model.entries import Entry
    from ssechaos.setups import Setup

sys.path.insert(0, str(Path(__file__).parents[1] / "zoo"))


@pytest.fixture(scope="session")
def reference() -> Setup:
    """The pair that makes no mistake."""
    return setup_named()


@pytest.fixture(scope="session")
def planted() -> Callable[[str], Setup]:
    """A pair with a bug of the zoo, by the bug's name."""
    from bugzoo import ZOO  # noqa: PLC0415 - only now it is on the path

    bugs = {bug.name: bug for bug in ZOO}
    return lambda name: bugs[name].setup(NETWORKS["simulated"]())


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    """A small case with the given steps."""

    def make(*schedule: Step, events: int = 4, seed: int = 1, history: int = 100, **policy: Any) -> Case:
        scenario = scenario_of(
            schedule,
            workload=Workload(events=events, interval=0.1, size=20),
            server=ServerSettings(heartbeat_interval=0.5, silence_threshold=2.0, retry=0.5, history=history),
            clients=Clients(policy=ClientPolicy(**{"backoff_cap": 2.0, "max_attempts": PATIENT, **policy})),
        )
        return Case(scenario, seed)

    return make


@pytest.fixture(scope="session")
def told(case: Callable[..., Case]) -> Callable[..., History]:
    """A history of the given entries."""

    def tell(*entries: Entry, schedule: tuple[Step, ...] = (), events: int = 4) -> History:
        conditions = Conditions(scenario=case(*schedule, events=events).scenario, seed=1, network="simulated")
        return History(conditions, entries)

    return tell


@pytest.fixture(scope="session")
def twice_cut() -> tuple[Step, ...]:
    """A reset, then a cut in the replay that follows."""
    return Step(Reset(), 0.3, 0.3), Step(CutInEvent(event=2), 0.3, 3.0)
