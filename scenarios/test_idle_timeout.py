"""Balancers that cut connections which are silent, or simply old.

Without heartbeats a quiet stream is cut again and again; it must still lose nothing. With heartbeats only the
platform's total limit is left. The second one is Railway's profile (5 min idle, 15 min in all), 150 times faster.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import IdleTimeout
from ssechaos.faults.platforms import profile
from ssechaos.model import Run, Scenario, ServerSettings, Step, Workload
from ssechaos.model.entries import Closed, FaultStruck, Opened

SCENARIOS = (
    Scenario(
        name="idle_timeout",
        does="cuts what is silent for a second, while events come every 1.6 s and heartbeats are rare",
        workload=Workload(events=8, interval=1.6),
        schedule=(Step(IdleTimeout(idle=1.0)),),
    ),
    Scenario(
        name="idle_timeout_heartbeats",
        does="cuts after 2 s of silence or 6 s in all, while heartbeats keep the stream from being silent",
        workload=Workload(events=6, interval=2.5),
        schedule=(Step(profile("railway", scale=1 / 150)),),
        server=ServerSettings(heartbeat_interval=0.5),
    ),
)


def test_connections_are_cut_and_nothing_is_lost(sse_run: Run) -> None:
    assert sse_run.judgement.faults[0].evidence["connections_cut"] >= 1
    assert sse_run.measurements["lost"] == 0


@pytest.mark.own_server
def test_heartbeats_leave_only_the_total_limit(sse_run: Run) -> None:
    if sse_run.name != "idle_timeout_heartbeats":
        return
    opened = {entry.connection: entry.at for entry in sse_run.history.of(Opened)}
    cut = {entry.connection for entry in sse_run.history.of(FaultStruck)}
    lived = [
        entry.at - opened[entry.connection] for entry in sse_run.history.of(Closed) if entry.connection in cut
    ]
    assert lived
    assert min(lived) >= 5.9
