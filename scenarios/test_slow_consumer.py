"""A reader that takes far less than is sent. The server must neither buffer for ever nor lose the reader's events.

It cuts the connection when nothing moves for too long; the client resumes, and once the link is fast again it
has everything.
"""

from __future__ import annotations

from ssechaos.faults import Bandwidth
from ssechaos.model import Run, Scenario, ServerSettings, Step, Workload
from ssechaos.model.entries import Dropped

SCENARIOS = (
    Scenario(
        name="slow_consumer",
        does="8 kbit/s for 8 s, while the server sends three megabytes",
        workload=Workload(events=400, interval=0.005, size=8000),
        schedule=(Step(Bandwidth(rate=1000.0), 0.0, 8.0),),
        server=ServerSettings(send_buffer=64 * 1024, send_timeout=2.0),
    ),
)


def test_the_server_cuts_the_slow_reader(sse_run: Run) -> None:
    assert any(entry.reason == "slow_consumer" for entry in sse_run.history.of(Dropped))


def test_the_reader_still_gets_everything(sse_run: Run) -> None:
    assert sse_run.measurements["delivered"] == 400
