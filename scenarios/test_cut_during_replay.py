"""The connection breaks; while the missed events are replayed it breaks again, twice, in the middle of an event.

A client that resumes from where the first break was gets events twice; one that takes the half event as whole
gets a corrupted one, or skips it.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import CutInEvent, Reset
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Connect, Sent

SCENARIOS = (
    Scenario(
        name="cut_during_replay",
        does="a reset, then two cuts in the middle of the replay that follows",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(Reset(), 2.0, 2.0), Step(CutInEvent(event=4, times=2), 2.1)),
    ),
)


def test_the_cuts_hit_replays(sse_run: Run) -> None:
    assert sse_run.judgement.faults[1].evidence["connections_cut"] == 2
    assert any(entry.replayed for entry in sse_run.history.of(Sent))


@pytest.mark.own_server
@pytest.mark.own_words
def test_each_resume_starts_from_further_on(sse_run: Run) -> None:
    asked = [int(entry.last_event_id) for entry in sse_run.history.of(Connect) if entry.last_event_id]
    assert len(asked) == 3
    assert asked == sorted(set(asked))
    assert [asked[1] - asked[0], asked[2] - asked[1]] == [3, 3]
