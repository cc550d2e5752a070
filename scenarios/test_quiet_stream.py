"""A stream whose events are rare. Heartbeats must keep it from looking dead, and they must be events.

The pauses are twice the silence threshold. A server without heartbeats, or with comments that no page script can
see, makes its clients reconnect for nothing; so does a client that does not take heartbeats as life.
"""

from __future__ import annotations

from ssechaos.model import Run, Scenario, ServerSettings, Workload, objectives
from ssechaos.model.entries import Delivered

SCENARIOS = (
    Scenario(
        name="quiet_stream",
        does="nothing to the network: events are 3 s apart, and 1.5 s of silence mean trouble",
        workload=Workload(events=5, interval=3.0),
        server=ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5),
        objectives=objectives("reconnects <= 0"),
    ),
)


def test_heartbeats_reach_the_application_between_events(sse_run: Run) -> None:
    beats = [entry for entry in sse_run.history.of(Delivered) if entry.event == "heartbeat"]
    assert len(beats) >= 20
    assert all(beat.id is None for beat in beats)
