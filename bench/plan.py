"""How long and how often each thing is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes of a session. Times are seconds, and those of one repeat."""

    repeats: int
    transfer: float
    """How long a transfer takes at the set rate."""
    messages: int
    """How many timed messages make one latency measurement."""
    loss: float
    saturate: float
    pace: float
    crowd: int
    """How many streams one proxy carries at once."""
    core: float
    schedules: int
    """How many schedules a search plays in simulation."""
    hours: int
    """How many hours are simulated."""


FULL = Plan(
    repeats=3,
    transfer=2.5,
    messages=200,
    loss=3.0,
    saturate=1.2,
    pace=2.5,
    crowd=5000,
    core=0.5,
    schedules=5000,
    hours=40,
)
QUICK = Plan(
    repeats=1,
    transfer=1.0,
    messages=60,
    loss=1.0,
    saturate=0.5,
    pace=0.8,
    crowd=1000,
    core=0.1,
    schedules=1000,
    hours=8,
)
