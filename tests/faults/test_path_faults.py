"""Faults that only say what becomes of connections, and what proves it; networks do the rest."""

from __future__ import annotations

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Bandwidth, Down, HalfOpen, Handoff, Latency, Reset, ServerRestart, Unreachable
from ssechaos.faults.base import Gate, PathFault, Strike
from ssechaos.model import Disruption

WHILE, STRUCK = Disruption.WHILE_IN_FORCE, Disruption.WHEN_STRUCK


@pytest.mark.parametrize(
    ("fault", "gate", "strike", "disrupts"),
    [
        (HalfOpen(), Gate.ACCEPT, Strike.DEAD, WHILE),
        (Down(), Gate.REFUSE, Strike.RESET, WHILE),
        (Unreachable(), Gate.HANG, None, WHILE),
        (Reset(), Gate.ACCEPT, Strike.RESET, STRUCK),
        (Handoff(), Gate.HANG, Strike.DEAD, WHILE),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_what_meets_connections(fault: PathFault, gate: Gate, strike: Strike | None, disrupts: Disruption) -> None:
    assert (fault.gate, fault.strike, fault.disrupts) == (gate, strike, disrupts)


@pytest.mark.parametrize(
    ("fault", "proof"),
    [
        (HalfOpen(), "connections_broken"),
        (Down(), "connections_broken"),
        (Down(), "connections_refused"),
        (Unreachable(), "connections_held"),
        (Reset(), "connections_broken"),
        (Handoff(), "connections_broken"),
        (ServerRestart(), "crashes"),
    ],
    ids=lambda value: getattr(value, "kind", value),
)
def test_one_of_what_it_does_proves_it_and_none_does_not(fault: PathFault | ServerRestart, proof: str) -> None:
    assert fault.shown_by({proof: 1.0})
    assert not fault.shown_by({proof: 0.0})
    assert not fault.shown_by({"bytes_held": 100.0})


def test_new_path_has_its_own_rate_and_length() -> None:
    path = Handoff(rate=1000.0, rtt=0.1).afterwards()
    assert path == (Bandwidth(rate=1000.0), Latency(delay=0.05))


def test_new_path_without_numbers_is_healthy() -> None:
    assert Handoff().afterwards() == ()


@pytest.mark.parametrize("settings", [{"rate": 0.0}, {"rtt": 0.0}, {"rtt": -1.0}])
def test_path_without_width_or_length_is_refused(settings: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="handoff: r"):
        Handoff(**settings)
