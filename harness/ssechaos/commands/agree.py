"""``ssechaos agree``: plays the same scenarios on several networks and lays what was measured side by side.

Where a fault is modelled on one network and real on another, the difference is the model's error. What lies
outside the band (``report/band.py``) is named, and the exit code is 1 then; 3 when there was nothing to compare.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from itertools import groupby
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ssechaos.catalogue import catalogue, chosen, unknown
from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.model import Run, Verdict
from ssechaos.networks import NETWORKS
from ssechaos.networks.base import HostingNetwork
from ssechaos.report.agreement import as_json, delays, losses, report_text, side
from ssechaos.report.band import agreement
from ssechaos.report.delay_plot import delay_plot
from ssechaos.runner import play, play_to_end
from ssechaos.setups import Setup

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ssechaos.model import Scenario

_ALL = "embedded,simulated,packet,toxiproxy,compose"
_OUTSIDE, _NOTHING = 1, 3
_TABLE, _JSON, _PLOT = "agreement.txt", "agreement.json", "packet-loss-delay.svg"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("agree", help="play the same scenarios on several networks, side by side")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="names, or the beginning of several; all")
    parser.add_argument("--networks", default=_ALL, help="names with commas between (default: %(default)s)")
    parser.add_argument(
        "--runs", type=int, default=4, help="of each scenario on each network (default: %(default)s)"
    )
    parser.add_argument("--at-once", type=int, default=6, help="runs side by side (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the first run's; others follow (default: %(default)s)"
    )
    parser.add_argument("--reports", default="reports", help="the folder for reports (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Play, print the table, write it as text and JSON, and plot delays under packet loss."""
    if min(arguments.runs, arguments.at_once) < 1:
        raise UsageError("--runs and --at-once are whole numbers, at least 1")
    known = catalogue()
    scenarios = [known[name] for name in chosen(arguments.scenarios, known) or known]
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    played: list[Run] = []
    skipped: list[str] = []
    for name in arguments.networks.split(","):
        setup = _setup(name)
        refused = {one.name: reason for one in scenarios if (reason := setup.refuses(one)) is not None}
        skipped += [f"{scenario} on {name}: {reason}" for scenario, reason in refused.items()]
        able = [scenario for scenario in scenarios if scenario.name not in refused]
        played += _runs(able, setup, seeds, arguments.at_once)
    void = [run for run in played if run.judgement.verdict is Verdict.INVALID]
    skipped += [f"a run of {' on '.join(_place(run))} is INVALID: {run.judgement.reason}" for run in void]
    return _report([run for run in played if run not in void], skipped, Path(arguments.reports))


def _setup(name: str) -> Setup:
    if name not in NETWORKS:
        raise UsageError(unknown("network", name, NETWORKS))
    return Setup(network=NETWORKS[name]())


def _runs(scenarios: Sequence[Scenario], setup: Setup, seeds: range, at_once: int) -> list[Run]:
    """All runs of all scenarios, judged."""
    cases = [(scenario, seed) for scenario in scenarios for seed in seeds]
    if setup.network.virtual:
        return [_judged_virtual(scenario, setup, seed) for scenario, seed in cases]
    return asyncio.run(_all_played(cases, setup, at_once))


def _judged_virtual(scenario: Scenario, setup: Setup, seed: int) -> Run:
    began = monotonic()
    history = play_to_end(scenario, setup, seed=seed)
    return Run(history, judge(history), monotonic() - began)


async def _all_played(cases: Sequence[tuple[Scenario, int]], setup: Setup, at_once: int) -> list[Run]:
    places = asyncio.Semaphore(at_once)
    async with AsyncExitStack() as stack:
        if cases and isinstance(setup.network, HostingNetwork):
            await stack.enter_async_context(setup.network.shared())
        return await asyncio.gather(*(_judged(scenario, setup, seed, places) for scenario, seed in cases))


async def _judged(scenario: Scenario, setup: Setup, seed: int, places: asyncio.Semaphore) -> Run:
    clock = asyncio.get_running_loop().time
    async with places:
        began = clock()
        history = await play(scenario, setup, seed=seed)
        return Run(history, judge(history), clock() - began)


def _report(played: Sequence[Run], skipped: Sequence[str], folder: Path) -> int:
    """Print and write what came of it; the exit code."""
    groups = [list(runs) for _, runs in groupby(sorted(played, key=_place), key=_place)]
    sides = [side(runs, way=_way(runs[0])) for runs in groups]
    found = agreement(sides)
    written = {_TABLE: report_text(sides, found, skipped), _JSON: as_json(sides, found, skipped)}
    curves = {" on ".join(_place(runs[0])): _repairs(runs) for runs in groups if losses(_scenario(runs[0]))}
    if curves:
        written[_PLOT] = delay_plot("Share of events later than a delay, beyond the way itself", curves)
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in written.items():
        (folder / name).write_text(content, encoding="utf-8")
    print(written[_TABLE])
    print(f"written: {', '.join(sorted(str(folder / name) for name in written))}")
    if not found.compared:
        return _NOTHING
    return _OUTSIDE if found.differences else 0


def _place(run: Run) -> tuple[str, str]:
    return run.name, run.history.conditions.network


def _scenario(run: Run) -> Scenario:
    return run.history.conditions.scenario


def _way(run: Run) -> float:
    """The packet network makes the way half a round trip long to lose packets on it; the others don't."""
    lossy = losses(_scenario(run))
    return lossy[0].rtt / 2 if lossy and _place(run)[1] == "packet" else 0.0


def _repairs(runs: Sequence[Run]) -> list[float]:
    """Delays without the way itself."""
    return [max(0.0, delay - _way(run)) for run in runs for delay in delays(run.history)]
