"""The server's ``retry`` field asks for three seconds between tries. It is the client's promise to keep it."""

from __future__ import annotations

from ssechaos.faults import Reset
from ssechaos.model import Run, Scenario, ServerSettings, Step, Workload
from ssechaos.model.entries import Requested

SCENARIOS = (
    Scenario(
        name="slow_retry",
        does="a reset, while the server asks for three seconds between tries",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(Reset(), 1.0, 1.0),),
        server=ServerSettings(retry=3.0),
    ),
)


def test_the_client_waits_as_long_as_it_was_asked_to(sse_run: Run) -> None:
    _, again = [entry.at for entry in sse_run.history.of(Requested)]
    assert again - 1.0 >= 3.0
