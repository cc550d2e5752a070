"""A relay that sends events twice, live and in the replay after a reset: the application gets each once."""

from __future__ import annotations

import pytest

from ssechaos.faults import DuplicateEvent, Reset
from ssechaos.model import Run, Scenario, Step, Workload

SCENARIOS = (
    Scenario(
        name="duplicated_replay",
        does="every third event comes twice, also in the replay after a reset",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(DuplicateEvent(every=3)), Step(Reset(), 2.0, 2.0)),
    ),
)


@pytest.mark.own_server
def test_duplicates_were_really_sent(sse_run: Run) -> None:
    assert sse_run.judgement.faults[0].evidence["events_duplicated"] >= 10
    assert sse_run.measurements["duplicates"] == 0
