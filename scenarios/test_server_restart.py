"""The server is killed and started again. Its log is durable, as one in production should be: nothing is lost."""

from __future__ import annotations

from ssechaos.faults import ServerRestart
from ssechaos.model import Run, Scenario, Step, Workload

SCENARIOS = (
    Scenario(
        name="server_restart",
        does="the server is killed at 2 s and back at 3.5 s",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(ServerRestart(), 2.0, 3.5),),
    ),
)


def test_the_client_comes_back_to_the_restarted_server(sse_run: Run) -> None:
    assert sse_run.measurements["reconnects"] >= 1
    assert sse_run.judgement.faults[0].evidence["crashes"] == 1
