"""Chaos runs make the right alerts fire in a real Prometheus, and a good run makes none fire.

The figures get there on both ways that ``docs/monitoring.md`` describes: ``metrics.prom`` of each run through a
real node_exporter, and what a page would tell in its beacon through the ``/metrics`` of a live server.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from bugzoo import ZOO
from watching import installed, node_exporter, prometheus, until

from ssechaos.checkers import judge
from ssechaos.faults import DuplicateEvent, LoseEvent
from ssechaos.model import Run, Scenario, Step, Verdict, Workload
from ssechaos.networks import NETWORKS
from ssechaos.report import summarize, write_reports
from ssechaos.runner import play
from ssechaos.server import ReferenceServer
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from pathlib import Path

BUGS = {bug.name: bug for bug in ZOO}
FAULTS = {
    "skips_gaps": (Step(LoseEvent(every=5)),),
    "never_deduplicates": (Step(DuplicateEvent(every=3)),),
    "reference": (Step(LoseEvent(every=5)), Step(DuplicateEvent(every=3))),
    "calm": (),
}
"""What each client is played with; ``calm`` is the reference client on a good day."""
FIRING = {
    ("run", "skips_gaps"): {"SSEMessageLoss", "SSECompletionLow"},
    ("run", "never_deduplicates"): {"SSEDuplicatesHigh"},
    ("live", "skips_gaps"): {"SSEMessageLoss", "SSECompletionLow"},
    ("live", "never_deduplicates"): {"SSEDuplicatesHigh"},
    ("live", "reference"): {"SSEErrorRateHigh"},  # it comes back by itself, and tells its user each time
}
TRIES = 3


async def played(name: str) -> Run:
    """One short run in real time; again when the machine was too busy to judge it."""
    scenario = Scenario(
        name=name, does="a test", workload=Workload(events=40, interval=0.02), schedule=FAULTS[name]
    )
    for _ in range(TRIES):
        network = NETWORKS["embedded"]()
        history = await play(scenario, BUGS[name].setup(network) if name in BUGS else Setup(network=network))
        run = Run(history, judge(history), history.end)
        if run.judgement.verdict is not Verdict.INVALID:
            return run
    pytest.fail(f"{name} could not be judged: {run.judgement.reason}")


def beacon(run: Run) -> dict[str, Any]:
    """What a page would have told of the run."""
    measured = run.measurements
    return {
        "completed": measured["lost"] == 0,
        "delivered": measured["delivered"],
        "lost": measured["lost"],
        "duplicates": measured["duplicates"],
        "reconnect_seconds": measured["recovery_seconds"],
        "stalls": measured["stalls_detected"],
        "visible_errors": measured["user_visible_errors"],
    }


def write_metrics(folder: Path, name: str, run: Run) -> None:
    """What a job does after ``ssechaos run``: it puts ``metrics.prom`` where node_exporter looks."""
    facts = {"run_id": name, "started": "2025-01-01T00:00:00Z", "baseline": None, "wall_seconds": 1.0}
    write_reports(folder / name, summarize([run], **facts), [run])
    (folder / name / "metrics.prom").rename(folder / f"{name}.prom")


async def test_each_chaos_run_fires_its_alerts_and_a_good_one_fires_none(tmp_path: Path, alerts: str) -> None:
    for program in ("prometheus", "prometheus-node-exporter"):
        installed(program, program)
    async with AsyncExitStack() as stack:
        servers = {name: await stack.enter_async_context(ReferenceServer()) for name in FAULTS}
        exporter = await stack.enter_async_context(node_exporter(tmp_path / "textfile"))
        targets = {name: server.url.removeprefix("http://") for name, server in servers.items()}
        asked = await stack.enter_async_context(prometheus(tmp_path, alerts, targets | {"runs": exporter}))
        # It looks for its targets after five seconds only: time enough to play.
        runs = dict(zip(FAULTS, await asyncio.gather(*map(played, FAULTS)), strict=True))
        for name, run in runs.items():
            write_metrics(tmp_path / "textfile", name, run)

        async def seen() -> bool:
            live, of_runs = "sse_streams_ended_total == 0", 'sse_message_loss_total{scenario!=""}'
            return await asked.counts(live) == await asked.counts(of_runs) == len(runs)

        await until(seen, "all servers and all runs are scraped")
        async with aiohttp.ClientSession() as page:
            for name, server in servers.items():
                async with page.post(f"{server.url}/beacon", json=beacon(runs[name])) as response:
                    assert response.status == 204, await response.text()

        async def expected() -> bool:
            return await asked.firing() == FIRING

        await until(expected, f"exactly what is expected fires: {FIRING}, not {await asked.firing()}")
        moments: set[str] = set()

        async def evaluated_again() -> bool:
            moments.update(await asked.evaluations())
            return len(moments) >= 12  # six times each group

        await until(evaluated_again, "rules are evaluated again")
        assert await asked.firing() == FIRING
