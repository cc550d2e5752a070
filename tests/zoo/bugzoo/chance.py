"""A scenario made by chance: three troubles, ten seconds apart, over conditions that last for the whole stream.

The pauses are longer than a client's longest wait, so that every trouble meets a connection and leaves evidence:
what is not PASS on the reference pair is somebody's mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults import (
    AnswerStatus,
    Bandwidth,
    Cut,
    CutInEvent,
    Down,
    DuplicateEvent,
    End,
    HalfOpen,
    Handoff,
    IdleTimeout,
    Latency,
    LoseEvent,
    Reset,
    ServerRestart,
    Slicer,
    Stall,
    Unreachable,
)
from ssechaos.model import Scenario, ServerSettings, Step, Workload, objectives

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ssechaos.model import Fault

FIRST, APART = 2.0, 10.0
"""When the first trouble begins, and how long after it the next one does, in seconds."""

CONDITIONS: tuple[Callable[[Random], Fault], ...] = (
    lambda dice: DuplicateEvent(every=dice.randint(2, 9)),
    lambda dice: Latency(delay=dice.uniform(0.1, 0.3), jitter=dice.uniform(0.0, 0.1)),
    lambda dice: Bandwidth(rate=dice.uniform(4_000.0, 40_000.0)),
    lambda dice: Slicer(size=dice.randint(1, 40), gap=dice.choice((0.0, 0.0001))),
)
"""What may hold for the whole stream."""

LASTING: tuple[Callable[[Random], Fault], ...] = (
    lambda _: Down(),
    lambda _: Stall(),
    lambda _: HalfOpen(),
    lambda dice: Handoff(rate=dice.uniform(10_000.0, 100_000.0), rtt=dice.uniform(0.02, 0.3)),
    lambda _: ServerRestart(),
)
"""Troubles that last for some seconds."""

STRIKING: tuple[Callable[[Random], Fault], ...] = (
    lambda _: Reset(),
    lambda dice: Cut(after=dice.randint(1, 900), end=dice.choice((End.FIN, End.RST)), times=dice.randint(1, 2)),
    lambda _: IdleTimeout(idle=None, total=1.0),
)
"""Troubles that strike now and then, for six seconds."""

AFTERMATHS: tuple[Callable[[Random], Fault], ...] = (
    lambda dice: LoseEvent(every=dice.randint(2, 4)),
    lambda dice: CutInEvent(event=dice.randint(1, 4), times=dice.randint(1, 2)),
    lambda _: AnswerStatus(status=503, retry_after=1),
    lambda _: AnswerStatus(status=429),
    lambda _: Unreachable(),
)
"""What those meet who come back after a reset."""


def scenario_by_chance(dice: Random) -> Scenario:
    """Another one for every state of ``dice``."""
    background = tuple(Step(make(dice)) for make in dice.sample(CONDITIONS, dice.randint(0, 2)))
    troubles = tuple(step for number in range(3) for step in _trouble(dice, FIRST + number * APART))
    return Scenario(
        name="by_chance",
        does="what the dice say",
        workload=Workload(events=70, interval=0.5, size=dice.randint(100, 400)),
        schedule=background + troubles,
        server=ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5, retry=dice.choice((0.5, 1.0, 2.0))),
        objectives=objectives("recovery_mean < 7", "recovery_p95 <= 7"),
        deadline=90.0,
    )


def _trouble(dice: Random, at: float) -> tuple[Step, ...]:
    at += dice.uniform(0.0, 0.5)
    match dice.randrange(3):
        case 0:
            return (Step(dice.choice(LASTING)(dice), at, at + dice.uniform(2.0, 3.0)),)
        case 1:
            return (Step(dice.choice(STRIKING)(dice), at, at + 6.0),)
        case _:
            back = at + dice.uniform(3.0, 4.0)
            return Step(Reset(), at, at), Step(dice.choice(AFTERMATHS)(dice), at, back)
