"""How fast the simulated network is: schedules and simulated seconds in a second, and the whole catalogue.

Both ends are the real aiohttp stack, the reference server and client, with a proxy between them. Judging is part
of the time; starting the processes is not.
"""

from __future__ import annotations

import os
from multiprocessing import get_context
from time import perf_counter
from typing import TYPE_CHECKING

from bench.measure.errors import BenchError
from bench.table import Row
from ssechaos.catalogue import catalogue
from ssechaos.checkers import judge
from ssechaos.model import Scenario, Verdict, Workload
from ssechaos.runner import play_to_end
from ssechaos.search import crew
from ssechaos.search.pairs import setup_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.plan import Plan
    from ssechaos.setups import Setup

_SECTION = "simulated network: the reference pair, with aiohttp on both ends"
_MOST_SECONDS = 10.0
"""What the catalogue may take."""
_LEAST_SCHEDULES = 500.0
_LEAST_SIMULATED = 20_000.0

_HOUR = Scenario(
    name="hour",
    does="an hour in which there is little to do",
    workload=Workload(events=240, interval=15.0),
    deadline=4000.0,
)


def simulation(plan: Plan) -> Iterator[Row]:
    """All rows on the simulated network."""
    cores = os.cpu_count() or 1
    yield _schedules(plan.schedules, cores)
    yield _hours(plan.hours, cores)
    yield _catalogue()


def _schedules(runs: int, cores: int) -> Row:
    """What a search plays in a second, once its processes are there: from when the first batch is over."""
    done: list[tuple[int, float]] = []
    report = crew.search(
        crew.Plan(setup=setup_named, runs=runs),
        processes=cores,
        listener=lambda report: done.append((report.runs, perf_counter())),
    )
    if report.found:
        failure = report.found[0].failure
        raise BenchError(f"the reference pair failed in simulation: {failure.name}: {failure.message}")
    (first, began), (last, ended) = done[0], done[-1]
    return _rate("schedules of a search per second", (last - first) / (ended - began), _LEAST_SCHEDULES, cores)


def _hours(count: int, cores: int) -> Row:
    """Simulated time is cheap when little happens in it."""
    with get_context("spawn").Pool(cores) as pool:
        pool.map(_hour, range(cores), chunksize=1)  # each process has loaded everything then
        began = perf_counter()
        simulated = sum(pool.map(_hour, range(count), chunksize=1))
        rate = simulated / (perf_counter() - began)
    setting = f"simulated seconds per second, an event each {_HOUR.workload.interval:g} s"
    return _rate(setting, rate, _LEAST_SIMULATED, cores)


def _hour(seed: int) -> float:
    return _simulated(_HOUR, setup_named(), seed)


def _simulated(scenario: Scenario, setup: Setup, seed: int = 1) -> float:
    """The simulated seconds of a run, which has to pass."""
    history = play_to_end(scenario, setup, seed=seed)
    judgement = judge(history)
    if judgement.verdict is not Verdict.PASS:
        raise BenchError(f"{scenario.name} did not pass in simulation: {judgement.reason}")
    return history.end


def _rate(setting: str, rate: float, least: float, cores: int) -> Row:
    return Row(
        section=_SECTION,
        setting=setting,
        measured=f"{rate:,.0f}",
        compared=f"on {cores} cores",
        limit=f">= {least:,.0f}",
        ok=rate >= least,
        figures={"rate": rate},
    )


def _catalogue() -> Row:
    """Every scenario that the simulated network plays, one after the other, on one core."""
    setup = setup_named()
    played = [scenario for scenario in catalogue().values() if setup.refuses(scenario) is None]
    began = perf_counter()
    simulated = sum(_simulated(scenario, setup) for scenario in played)
    seconds = perf_counter() - began
    return Row(
        section=_SECTION,
        setting=f"the catalogue, {len(played)} scenarios",
        measured=f"{seconds:.1f} s",
        compared=f"{simulated:,.0f} simulated seconds, on one core",
        limit=f"<= {_MOST_SECONDS:g} s",
        ok=seconds <= _MOST_SECONDS,
        figures={"seconds": seconds, "simulated": simulated, "scenarios": len(played)},
    )
