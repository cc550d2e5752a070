"""``ssechaos agree``: plays the same scenarios on several networks and lays what was measured side by side.

Where a fault is modelled on one network and real on another, the difference is the model's error.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ssechaos.catalogue import catalogue, chosen, unknown
from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.faults import PacketLoss
from ssechaos.model import Run
from ssechaos.networks import NETWORKS
from ssechaos.networks.base import HostingNetwork
from ssechaos.report.agreement import as_json, delays, side, table
from ssechaos.report.delay_plot import delay_plot
from ssechaos.runner import Setup, play, play_to_end

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from ssechaos.model import Scenario

_ALL = "embedded,simulated,packet,toxiproxy,compose"
_NOTHING = 3
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
    played: list[list[Run]] = []
    skipped: list[str] = []
    for name in arguments.networks.split(","):
        setup = _setup(name)
        refused = {one.name: reason for one in scenarios if (reason := setup.refuses(one)) is not None}
        skipped += [f"{scenario} on {name}: {reason}" for scenario, reason in refused.items()]
        able = [scenario for scenario in scenarios if scenario.name not in refused]
        played += _runs(able, setup, seeds, arguments.at_once)
    _report(sorted(played, key=lambda runs: runs[0].name), skipped, Path(arguments.reports))
    return 0 if played else _NOTHING


def _setup(name: str) -> Setup:
    if name not in NETWORKS:
        raise UsageError(unknown("network", name, NETWORKS))
    return Setup(network=NETWORKS[name]())


def _runs(scenarios: Sequence[Scenario], setup: Setup, seeds: range, at_once: int) -> list[list[Run]]:
    """The runs of each scenario, judged."""
    cases = [(scenario, seed) for scenario in scenarios for seed in seeds]
    if setup.network.virtual:
        runs = [_judged_virtual(scenario, setup, seed) for scenario, seed in cases]
    else:
        runs = asyncio.run(_all_played(cases, setup, at_once))
    return [runs[start : start + len(seeds)] for start in range(0, len(runs), len(seeds))]


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


def _report(played: Sequence[list[Run]], skipped: Sequence[str], folder: Path) -> None:
    sides = [side(runs) for runs in played]
    text = "\n".join(("Times in milliseconds.", "", table(sides), *(f"SKIPPED: {line}" for line in skipped), ""))
    print(text)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _TABLE).write_text(text, encoding="utf-8")
    (folder / _JSON).write_text(json.dumps(as_json(sides, skipped), indent=2) + "\n", encoding="utf-8")
    curves = {f"{runs[0].name} on {_network(runs)}": _repairs(runs) for runs in played if _loses(runs)}
    if curves:
        title = "Share of events later than a delay, beyond the way itself"
        (folder / _PLOT).write_text(delay_plot(title, curves), encoding="utf-8")
    print(
        f"written: {', '.join(sorted(str(folder / name) for name in (_TABLE, _JSON, *([_PLOT] * bool(curves)))))}"
    )


def _network(runs: Sequence[Run]) -> str:
    return runs[0].history.conditions.network


def _loses(runs: Sequence[Run]) -> list[PacketLoss]:
    schedule = runs[0].history.conditions.scenario.schedule
    return [step.fault for step in schedule if isinstance(step.fault, PacketLoss)]


def _repairs(runs: Sequence[Run]) -> list[float]:
    """Delays without the way itself, which the packet network makes half a round trip long to lose packets on."""
    way = _loses(runs)[0].rtt / 2 if _network(runs) == "packet" else 0.0
    return [max(0.0, delay - way) for run in runs for delay in delays(run.history)]
