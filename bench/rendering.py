"""How long a large session's page takes to make, and how large it is."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING

from bench.table import Row
from ssechaos.checkers import judge
from ssechaos.faults import Reset, Stall
from ssechaos.model import History, Run, Scenario, Step, Workload
from ssechaos.networks import NETWORKS
from ssechaos.networks.simulated import run
from ssechaos.report import summarize
from ssechaos.report.html import report_html
from ssechaos.runner import play
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.plan import Plan

_SCENARIOS = 50
_MOST_SECONDS = 5.0
_MOST_BYTES = 5_000_000
_BUSY = Scenario(
    name="busy",
    does="a stall and a reset in a stream of many events",
    workload=Workload(events=660, interval=0.05),
    schedule=(Step(Stall(), 5.0, 9.0), Step(Reset(), 20.0, 20.0)),
)


def rendering(plan: Plan) -> Iterator[Row]:
    """A row for ``index.html``."""
    runs = _session()
    summary = summarize(runs, run_id="bench", started="", baseline=None, wall_seconds=0.0)
    times = []
    for _ in range(plan.repeats):
        began = perf_counter()
        page = report_html(summary, runs, [one.name for one in runs])
        times.append(perf_counter() - began)
    took, size = min(times), len(page.encode())
    entries = sum(len(one.history.entries) for one in runs)
    yield Row(
        section="reports",
        setting=f"index.html of {_SCENARIOS} scenarios, {entries:,} entries",
        measured=f"{took:.2f} s, {size / 1e6:.1f} MB",
        limit=f"<= {_MOST_SECONDS:g} s, {_MOST_BYTES / 1e6:g} MB",
        ok=took <= _MOST_SECONDS and size <= _MOST_BYTES,
        figures={"seconds": took, "bytes": size, "entries": entries},
    )


def _session() -> list[Run]:
    """One run that was really played, under as many names."""
    history = run(play(_BUSY, Setup(network=NETWORKS["embedded"]()), seed=1), seed=1)
    return [_named(history, f"busy_{number}") for number in range(_SCENARIOS)]


def _named(history: History, name: str) -> Run:
    conditions = replace(history.conditions, scenario=replace(history.conditions.scenario, name=name))
    fresh = History(conditions, history.entries)
    return Run(fresh, judge(fresh), fresh.end)
