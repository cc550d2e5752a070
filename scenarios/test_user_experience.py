"""R6: across all kinds of trouble, and an outage that never ends, the user is never left staring at a dead stream.

Every break is told, every retry is announced with its number and its time, and at the end a clear error says
that it is over.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import Down, HalfOpen, Latency, Reset
from ssechaos.model import ClientPolicy, Clients, Run, Scenario, ServerSettings, Step, Workload, objectives
from ssechaos.model.entries import ErrorShown, NoticeShown, StateShown

pytestmark = pytest.mark.slow

SCENARIOS = (
    Scenario(
        name="user_experience",
        does="a slow start, a reset, a dead connection, then an outage that never ends",
        workload=Workload(events=200, interval=0.1),
        schedule=(
            Step(Latency(delay=0.1, jitter=0.05), 0.0, 1.5),
            Step(Reset(), 2.0, 2.0),
            Step(HalfOpen(), 5.0, 6.0),
            Step(Down(), 10.0),
        ),
        server=ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5),
        clients=Clients(policy=ClientPolicy(max_attempts=4)),
        objectives=objectives("completion_rate >= 0.3", "lost <= 140"),
        expects="error",
    ),
)


def test_the_outage_ends_in_a_visible_error_and_a_closed_state(sse_run: Run) -> None:
    assert len(list(sse_run.history.of(ErrorShown))) == 1
    assert list(sse_run.history.of(StateShown))[-1].state == "closed"


@pytest.mark.own_words
def test_every_retry_is_announced_with_its_number_and_time(sse_run: Run) -> None:
    retries = [notice for notice in sse_run.history.of(NoticeShown) if notice.retry_in is not None]
    assert [notice.attempt for notice in retries][-4:] == [1, 2, 3, 4]
    assert all(str(notice.attempt) in notice.message for notice in retries)


@pytest.mark.own_words
def test_each_trouble_takes_the_state_away_from_open(sse_run: Run) -> None:
    states = [entry.state for entry in sse_run.history.of(StateShown)]
    assert states.count("open") == 3
    assert "waiting" in states
    assert "reconnecting" in states
