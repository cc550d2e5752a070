"""What ``docs/findings.md`` says about the examples of ``examples/search`` is still so.

CI installs ``examples/search/requirements.txt`` first, so that nothing is skipped there.
"""

from __future__ import annotations

import logging
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ssechaos.faults import Cut, Down, Handoff, Reset
from ssechaos.model import ClientPolicy, Clients, ServerSettings, Step, Workload
from ssechaos.search.case import PATIENT, Case, scenario_of
from ssechaos.search.crew import Plan, search
from ssechaos.search.pairs import setup_named
from ssechaos.search.saved import read_saved
from ssechaos.search.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import Fault

FOLDER = Path(__file__).parents[2] / "examples" / "search"
QUICKSTART, RECIPE = "httpx_sse_clients:quickstart", "httpx_sse_clients:recipe"
COUNTING, BROADCASTING = "starlette_servers:counting", "starlette_servers:broadcasting"
NEEDED = ("httpx_sse", "stamina", "sse_starlette", "uvicorn")
MISSING = [name for name in NEEDED if find_spec(name) is None]

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"{', '.join(MISSING)} not installed: pip install -r examples/search/requirements.txt"
)


@pytest.fixture(autouse=True)
def in_the_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where its modules are found; stamina logs each retry."""
    monkeypatch.chdir(FOLDER)
    monkeypatch.setattr(sys, "path", [*sys.path])
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)
    for name in ("httpx_sse_clients", "starlette_servers"):
        sys.modules.pop(name, None)


def fails(client: str, server: str, *faults: tuple[Fault, float, float]) -> dict[str, str]:
    """What is held against a pair under these faults: findings by name."""
    scenario = scenario_of(
        tuple(Step(*fault) for fault in faults),
        workload=Workload(events=8, interval=0.2, size=20),
        server=ServerSettings(heartbeat_interval=0.5, retry=0.1, silence_threshold=1.5),
        clients=Clients(policy=ClientPolicy(silence_threshold=1.5, max_attempts=PATIENT)),
    )
    return held_against(Case(scenario, 1), client, server)


def held_against(case: Case, client: str, server: str) -> dict[str, str]:
    outcome = attempt(case, setup_named(client, server))
    assert outcome.judgement is not None, outcome.failure
    return {finding.name: finding.message for finding in outcome.judgement.findings}


def saved(name: str) -> dict[str, str]:
    found = read_saved(FOLDER / name)
    return held_against(found.case, found.client, found.server)


def test_what_it_installs_is_pinned() -> None:
    lines = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all("==" in line or line.startswith("#") for line in lines)


def test_a_block_without_data_is_handed_out_as_an_event_even_when_all_is_well() -> None:
    assert "phantom" in fails(QUICKSTART, "reference")


@pytest.mark.parametrize(("server", "found"), [("reference", {"phantom"}), (COUNTING, set())])
def test_without_faults_nothing_else_is_held_against_either(server: str, found: set[str]) -> None:
    assert set(fails(RECIPE, server)) == found


def test_the_quickstart_raises_at_the_first_break() -> None:
    assert "ReadError" in fails(QUICKSTART, COUNTING, (Reset(), 0.7, 0.7))["gave_up"]


def test_the_recipe_comes_back_from_a_reset() -> None:
    assert fails(RECIPE, COUNTING, (Reset(), 0.7, 0.7)) == {}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ((Cut(after=60), 0.7, 2.0), "RemoteProtocolError"),
        ((Down(), 0.7, 2.5), "ConnectError"),
        ((Handoff(), 0.7, 0.9), "ReadTimeout"),
    ],
    ids=["a stream that ends early", "a server that is away", "a path that is dead"],
)
def test_the_recipe_gives_up_at_whatever_is_no_read_error(fault: tuple[Fault, float, float], error: str) -> None:
    assert error in fails(RECIPE, COUNTING, fault)["gave_up"]


def test_the_recipe_forgets_its_place_when_a_reconnect_dies_early() -> None:
    found = saved("forgets_its_place.json")
    assert "without Last-Event-ID" in found["resume"]
    assert "duplicates" in found


def test_an_event_between_replay_and_live_is_lost_and_nobody_is_told() -> None:
    assert "event 16" in saved("event_between_replay_and_live.json")["lost_untold"]


@pytest.mark.parametrize("server", [COUNTING, BROADCASTING])
def test_with_the_reference_client_nothing_is_held_against_the_servers(server: str) -> None:
    report = search(Plan(setup=partial(setup_named, "reference", server), runs=100))
    assert report.found == ()


def test_a_search_finds_the_recipe_s_limits_and_makes_them_small() -> None:
    report = search(Plan(setup=partial(setup_named, RECIPE, COUNTING), runs=10))
    assert "silent_failure" in {found.failure.name for found in report.found}
    assert all(len(found.case.scenario.schedule) <= 1 for found in report.found)
