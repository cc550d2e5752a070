"""R2: more than 30 s of silence on a connection that stays open, the commonest way to leave a user in the dark.

Once only the connection is dead, as after a change of address behind a NAT; once the whole path is, as in a
tunnel. The client must notice by itself after 30 s, say so, and be back within 5 s.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import HalfOpen, Stall, Unreachable
from ssechaos.model import Run, Scenario, Step, Workload, objectives
from ssechaos.model.entries import NoticeShown, StateShown

pytestmark = pytest.mark.slow

LIMITS = objectives("detection_max <= 31", "recovery_max < 5")
WORKLOAD = Workload(events=50, interval=0.7)

SCENARIOS = (
    Scenario(
        name="stall_connection",
        does="the connection goes dead for good at 2 s, unannounced; new connections work",
        workload=WORKLOAD,
        schedule=(Step(HalfOpen(), 2.0, 32.0),),
        objectives=LIMITS,
        deadline=55.0,
    ),
    Scenario(
        name="stall_path",
        does="the whole path is silent for 33 s: nothing moves, nothing connects, nothing is lost",
        workload=WORKLOAD,
        schedule=(Step(Stall(), 2.0, 35.0), Step(Unreachable(), 2.0, 35.0)),
        objectives=LIMITS,
        deadline=55.0,
    ),
)


@pytest.mark.own_server
@pytest.mark.own_words
def test_the_user_sees_waiting_after_30_seconds_of_silence(sse_run: Run) -> None:
    waiting = next(entry for entry in sse_run.history.of(StateShown) if entry.state == "waiting")
    assert 30.0 <= waiting.at <= 2.0 + 31.0
    assert any("Waiting…" in notice.message for notice in sse_run.history.of(NoticeShown))


@pytest.mark.own_words
def test_silence_is_counted_as_a_stall(sse_run: Run) -> None:
    assert sse_run.measurements["stalls_detected"] >= 1
