"""R1: 50 messages over slow 3G, 100 kbit/s and 400 ms round trip. The link is what limits, and nothing breaks."""

from __future__ import annotations

import pytest

from ssechaos.faults import Bandwidth, Latency
from ssechaos.model import Run, Scenario, Step, Workload
from ssechaos.model.entries import Delivered

RATE = 100_000 / 8

SCENARIOS = (
    Scenario(
        name="slow_3g",
        does="100 kbit/s and 400 ms round trip for the whole stream",
        workload=Workload(events=50, interval=0.02, size=2000),
        schedule=(Step(Bandwidth(rate=RATE)), Step(Latency(delay=0.2))),
    ),
)


@pytest.mark.own_server
def test_the_link_is_what_limits(sse_run: Run) -> None:
    measured = sse_run.judgement.faults[0].evidence["rate"]
    assert 0.95 * RATE <= measured <= 1.02 * RATE


@pytest.mark.own_server
def test_events_arrive_no_faster_than_the_link_carries_them(sse_run: Run) -> None:
    delivered = [entry for entry in sse_run.history.of(Delivered) if entry.sequence is not None]
    after_first = sum(entry.size for entry in delivered[1:])
    assert delivered[-1].at - delivered[0].at >= 0.95 * after_first / RATE


def test_a_slow_link_is_no_reason_to_reconnect(sse_run: Run) -> None:
    assert sse_run.measurements["reconnects"] == 0
