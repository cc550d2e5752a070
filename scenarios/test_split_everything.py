"""Every byte comes by itself: UTF-8 characters, line ends and chunk headers are all split."""

from __future__ import annotations

from ssechaos.faults import Slicer
from ssechaos.model import Run, Scenario, Step, Workload

SCENARIOS = (
    Scenario(
        name="split_everything",
        does="one byte at a time, both ways",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(Slicer(size=1, gap=0.0001)),),
    ),
)


def test_whole_events_come_out(sse_run: Run) -> None:
    assert not sse_run.measurements["corrupted"]
    assert sse_run.measurements["delivered"] == sse_run.measurements["sent"]
