"""R4: a phone goes from Wi-Fi to 4G and back. Each time the old path dies silently; the new one has its own pace.

No FIN and no RST ever comes from the old address, so it is the silence that must be noticed: the server sends
heartbeats twice a second here, and announces 1.5 s as the silence that means trouble.
"""

from __future__ import annotations

import pytest

from ssechaos.faults import Handoff
from ssechaos.model import Run, Scenario, ServerSettings, Step, Workload, objectives
from ssechaos.model.entries import Closed, StateShown

FOUR_G = Handoff(rate=8_100_000 / 8, rtt=0.165)  # Chrome DevTools, Fast 4G
WIFI = Handoff(rate=30_000_000 / 8, rtt=0.02)

SCENARIOS = (
    Scenario(
        name="handoff",
        does="Wi-Fi to 4G at 2 s and back at 9 s, a second and a half without any network each time",
        workload=Workload(events=50, interval=0.25),
        schedule=(Step(FOUR_G, 2.0, 3.5), Step(WIFI, 9.0, 10.5)),
        server=ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5),
        objectives=objectives("detection_max <= 2.5"),
    ),
)


@pytest.mark.own_words
def test_each_handoff_is_noticed(sse_run: Run) -> None:
    waiting = [entry.at for entry in sse_run.history.of(StateShown) if entry.state == "waiting"]
    assert len(waiting) >= 2
    assert sse_run.measurements["reconnects"] >= 2


def test_the_old_connections_die_silently(sse_run: Run) -> None:
    assert [entry.how for entry in sse_run.history.of(Closed)].count("dead") >= 2


def test_the_new_path_has_the_latency_of_4g(sse_run: Run) -> None:
    assert len(sse_run.measurements["recovery_seconds"]) == 2
