"""Connections that die before their first event: at the very start, and on a reconnect.

At the start there is no id to resume from, and none may be made up. On a reconnect the id from before must
survive, although the new connection never brought one.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import CutInEvent, Reset
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Connect

SCENARIOS = (
    Scenario(
        name="break_before_first_id",
        does="the first connection dies in its first event; so does the first reconnect after a reset",
        workload=Workload(events=50, interval=0.1),
        schedule=(
            Step(CutInEvent(event=1, times=1), 0.0, 2.0),
            Step(Reset(), 3.0, 3.0),
            Step(CutInEvent(event=1, times=1), 3.1),
        ),
    ),
)


@pytest.mark.own_words
def test_nothing_is_made_up_before_the_first_id(sse_run: Run) -> None:
    asked = [entry.last_event_id for entry in sse_run.history.of(Connect)]
    assert asked[:2] == [None, None]


@pytest.mark.own_words
def test_the_id_survives_a_reconnect_that_brought_nothing(sse_run: Run) -> None:
    asked = [entry.last_event_id for entry in sse_run.history.of(Connect)]
    assert len(asked) == 4
    assert asked[2] is not None
    assert asked[2] == asked[3]
