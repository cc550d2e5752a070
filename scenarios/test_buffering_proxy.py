"""A proxy that gathers 16 KB before it passes anything on, as nginx does unless it is told not to.

Nothing is lost, but a live stream turns into bursts. The report must show it, and the client must not take
a pause for the end.
"""

from __future__ import annotations

from itertools import pairwise

import pytest

from ssechaos.faults import Buffering
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Delivered

SCENARIOS = (
    Scenario(
        name="buffering_proxy",
        does="the response is held until 16 KB have gathered, or it ends",
        workload=Workload(events=50, interval=0.1, size=2000),
        schedule=(Step(Buffering(hold=16 * 1024)),),
    ),
)


@pytest.mark.own_server
def test_events_arrive_in_bursts(sse_run: Run) -> None:
    times = [entry.at for entry in sse_run.history.of(Delivered) if entry.sequence is not None]
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert max(pauses) >= 0.4
    assert sum(pause < 0.02 for pause in pauses) >= 25


def test_a_pause_is_not_taken_for_the_end(sse_run: Run) -> None:
    assert sse_run.measurements["reconnects"] == 0
