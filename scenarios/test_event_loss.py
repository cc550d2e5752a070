"""R3: one event in ten is lost above TCP, as by a relay that drops: 90% arrive at first, replay makes it 100%.

No TCP connection breaks, so nothing but the gap in the ids tells the client. The last event is lost too: only
the count in the ``complete`` event shows that one.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import LoseEvent
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Delivered, NoticeShown

SCENARIOS = (
    Scenario(
        name="event_loss",
        does="one event in ten is lost on the way, on replays too",
        workload=Workload(events=50, interval=0.1),
        schedule=(Step(LoseEvent(every=10)),),
    ),
)


@pytest.mark.own_server
def test_nine_in_ten_arrive_at_first(sse_run: Run) -> None:
    evidence = sse_run.judgement.faults[0].evidence
    assert evidence["events_lost"] >= 5
    assert 0.85 <= 1 - evidence["events_lost"] / evidence["events"] <= 0.95


@pytest.mark.own_server
def test_replay_leaves_no_gap_in_the_sequence(sse_run: Run) -> None:
    delivered = [entry.sequence for entry in sse_run.history.of(Delivered) if entry.sequence is not None]
    assert delivered == list(range(1, 51))


@pytest.mark.own_server
@pytest.mark.own_words
def test_every_gap_is_told(sse_run: Run) -> None:
    gaps = [notice for notice in sse_run.history.of(NoticeShown) if "missing" in notice.message.lower()]
    assert len(gaps) >= 4
