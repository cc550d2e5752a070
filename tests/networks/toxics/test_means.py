"""What each fault is on a Toxiproxy server; the sentences are what users read beside SKIPPED."""

from __future__ import annotations

import pytest

from ssechaos.faults import (
    AnswerStatus,
    Bandwidth,
    Buffering,
    Cut,
    CutInEvent,
    Down,
    HalfOpen,
    Handoff,
    IdleTimeout,
    Latency,
    LoseEvent,
    PacketLoss,
    Reset,
    ServerRestart,
    Slicer,
    Stall,
    Unreachable,
)
from ssechaos.faults.base import Direction
from ssechaos.faults.discard import Discard
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.reset_after import ResetAfter
from ssechaos.faults.slow_close import SlowClose
from ssechaos.faults.uneven_slicer import UnevenSlicer
from ssechaos.model import FAULTS
from ssechaos.networks.toxics.means import (
    NEVER,
    Crashed,
    Disabled,
    Impossible,
    LeftBehind,
    Toxics,
    means_of,
)

DOWN = Direction.DOWNSTREAM


@pytest.mark.parametrize(
    ("fault", "toxics"),
    [
        (Bandwidth(rate=50_000.0, direction=DOWN), [("bandwidth", {"rate": 50})]),
        (Bandwidth(rate=12_500.0, direction=DOWN), [("bandwidth", {"rate": 12})]),
        (Latency(delay=0.2, jitter=0.05, direction=DOWN), [("latency", {"latency": 200, "jitter": 50})]),
        (Jitter(delay=0.0, jitter=0.3, direction=DOWN), [("latency", {"latency": 0, "jitter": 300})]),
        (Slicer(size=1, direction=DOWN), [("slicer", {"average_size": 1, "size_variation": 0, "delay": 0})]),
        (
            UnevenSlicer(average=64, variation=8, gap=0.001, direction=DOWN),
            [("slicer", {"average_size": 64, "size_variation": 8, "delay": 1000})],
        ),
        (Stall(direction=DOWN), [("bandwidth", {"rate": 0}), ("slow_close", {"delay": NEVER})]),
        (Discard(timeout=2.5, direction=DOWN), [("timeout", {"timeout": 2500})]),
        (Discard(direction=DOWN), [("timeout", {"timeout": 0})]),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_seconds_and_bytes_become_toxiproxys_units(fault, toxics):
    means = means_of(fault)
    assert isinstance(means, Toxics)
    assert [(spec.type, spec.attributes) for spec in means.specs] == toxics
    assert {spec.stream for spec in means.specs} == {"downstream"}


def test_both_directions_are_a_toxic_each():
    means = means_of(Latency(delay=0.1))
    assert isinstance(means, Toxics)
    assert [spec.stream for spec in means.specs] == ["upstream", "downstream"]


def test_faults_on_connections_and_servers_have_means_of_their_own():
    assert means_of(Down()) == Disabled()
    assert means_of(HalfOpen()) == LeftBehind()
    assert means_of(ServerRestart()) == Crashed()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (PacketLoss(), "not packets"),
        (Reset(), "sends a FIN"),
        (Handoff(), "unanswered"),
        (Unreachable(), "unanswered"),
        (AnswerStatus(), "does not know HTTP"),
        (LoseEvent(), "does not know HTTP"),
        (CutInEvent(), "does not know HTTP"),
        (Buffering(), "does not know HTTP"),
        (IdleTimeout(), "discards all bytes"),
        (Cut(), "cuts every connection"),
        (ResetAfter(), "sends a FIN"),
        (SlowClose(), "reset on as a FIN"),
        (Bandwidth(shared=True), "each connection"),
        (Bandwidth(rate=1500.0), "whole KB/s"),
        (Latency(delay=0.0004), "whole milliseconds"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_what_toxiproxy_can_not_make_is_refused_with_the_reason(fault, reason):
    means = means_of(fault)
    assert isinstance(means, Impossible)
    assert reason in means.reason


@pytest.mark.parametrize("kind", sorted(FAULTS))
def test_every_fault_has_means_or_a_reason(kind):
    means = means_of(FAULTS[kind]())
    assert not isinstance(means, Impossible) or "nothing like" not in means.reason
