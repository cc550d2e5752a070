"""Which faults the compose network can't make."""

from __future__ import annotations

import pytest

from ssechaos.faults import (
    AnswerStatus,
    Bandwidth,
    Buffering,
    Down,
    HalfOpen,
    Handoff,
    IdleTimeout,
    Latency,
    PacketLoss,
    Reset,
    ServerRestart,
    Slicer,
    Stall,
    Unreachable,
)
from ssechaos.faults.base import Direction
from ssechaos.networks.containers.means import refusal

MADE = [
    Bandwidth(rate=50_000),
    Bandwidth(rate=123.0, shared=True),
    Down(),
    HalfOpen(),
    Handoff(rate=1_012_500, rtt=0.165),
    Latency(delay=0.2),
    PacketLoss(share=0.1),
    Reset(),
    ServerRestart(),
    Slicer(size=1),
    Stall(),
    Unreachable(),
]


@pytest.mark.parametrize("fault", MADE, ids=lambda fault: fault.kind)
def test_it_makes(fault) -> None:
    assert refusal(fault) is None


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Stall(direction=Direction.DOWNSTREAM), "both directions"),
        (PacketLoss(share=0.1, burst=3.0), "bursts"),
        (AnswerStatus(status=503), "HTTP"),
        (Buffering(), "HTTP"),
        (IdleTimeout(idle=1.0), "Toxiproxy"),
        (Handoff(rtt=0.0002), "milliseconds"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_it_says_why_it_can_not_make(fault, reason: str) -> None:
    assert reason in (refusal(fault) or "")
