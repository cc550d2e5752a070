"""An outage longer than the server's memory: what was evicted is gone, and the user must be told which events.

A silent gap is the failure here, not the loss: the objective is on ``lost_untold``.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import Down
from ssechaos.model import Run, Scenario, ServerSettings, Step, Workload, objectives
from ssechaos.model.entries import Delivered, NoticeShown

SCENARIOS = (
    Scenario(
        name="evicted_history",
        does="three seconds off, while the server keeps only the last ten events",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(Down(), 1.0, 4.2),),
        server=ServerSettings(history=10),
        objectives=objectives("completion_rate >= 0.3", "lost <= 35", "lost_untold <= 0"),
    ),
)


def test_the_gap_is_an_event_of_its_own(sse_run: Run) -> None:
    assert any(entry.event == "gap" for entry in sse_run.history.of(Delivered))
    assert sse_run.measurements["lost"] > 0


@pytest.mark.own_words
def test_the_user_is_told_what_is_missing(sse_run: Run) -> None:
    first, last = next(entry.gap for entry in sse_run.history.of(Delivered) if entry.gap is not None)
    assert last - first + 1 == sse_run.measurements["lost"]
    told = [notice.message for notice in sse_run.history.of(NoticeShown)]
    assert any(f"{first} to {last}" in message for message in told)
