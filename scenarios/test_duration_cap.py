"""R9: the server ends a stream that is too old. The end is marked, so that nobody takes it for a break."""

from __future__ import annotations

from ssechaos.model import Run, Scenario, ServerSettings, Workload
from ssechaos.model.entries import Delivered

SCENARIOS = (
    Scenario(
        name="duration_cap",
        does="nothing to the network: the server stops the stream after 3 s of 5",
        workload=Workload(events=50, interval=0.1),
        server=ServerSettings(stream_max_seconds=3.0),
    ),
)


def test_the_stream_stops_early_and_says_so(sse_run: Run) -> None:
    assert 20 <= sse_run.measurements["sent"] < 50
    assert [entry.event for entry in sse_run.history.of(Delivered)][-1] == "complete"


def test_a_marked_end_is_not_retried(sse_run: Run) -> None:
    assert sse_run.measurements["reconnects"] == 0
