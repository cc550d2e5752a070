"""Draws whole cases: a small workload, settings of both ends, and a schedule of a few steps.

Times are tenths of a second, so that a shrunk schedule reads well. A step begins some tenths after the run began,
or after the step before began or ended, or about when the last event is sent: that is what aims faults at the
moments that matter (a replay, a wait between two tries, the end) more often than blind times would.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ssechaos.faults import Buffering, Reset, Unreachable
from ssechaos.faults.base import AnswerFault
from ssechaos.faults.http import EventFault
from ssechaos.model import ClientPolicy, Clients, ServerSettings, Step, Workload
from ssechaos.search.case import HEALED, PATIENT, Case, scenario_of
from ssechaos.search.dice import Dice, one_of
from ssechaos.search.faults import DRAWN, makes_sense

if TYPE_CHECKING:
    from ssechaos.model import Fault

MOST_STEPS = 4
HEARTBEAT = 0.5
FEWEST_EVENTS = 4
_EVENT_WEIGHTS = (4, 4, 4, 4, 4, 1, 1, 1, 1)
"""How often there are 4, 5, … events: mostly few, as each costs time to play."""
SEEDS = 100

Focus = tuple[str, ...]
"""Kinds of faults that are to be drawn more often than others."""

_KINDS = tuple(DRAWN)
_FAVOUR = 8
"""How much more often a kind in focus is drawn than another one."""
_TICK = 0.1
_LAST_TICK = round(HEALED / _TICK)
_LONGEST = 40
"""Ticks that a step lasts at most."""
_OVERHEAD = 400
"""Bytes on the wire beside the payload: the other fields of an event and its frame. A heartbeat is no larger."""

_MEETS_NEW = (EventFault, AnswerFault, Buffering, Unreachable)
"""Faults that meet only those who connect while they are in force, or mostly those."""

_AIMS = ("from the start", "back from the last event", "after the begin", "after the end")
"""What a step's begin is counted from; the last two are those of the step before."""

_THRESHOLDS = (2.0, 1.5, 3.0)


def draw_case(dice: Dice, focus: Focus = ()) -> Case:
    """A case. Kinds in ``focus`` come more often, if the dice heed weights."""
    seed = 1 + dice.below(SEEDS)
    workload, server, clients = _workload(dice), _server(dice), _clients(dice)
    schedule = _schedule(dice, workload, focus)
    return Case(scenario_of(schedule, workload=workload, server=server, clients=clients), seed)


def _workload(dice: Dice) -> Workload:
    return Workload(
        events=FEWEST_EVENTS + dice.below(len(_EVENT_WEIGHTS), _EVENT_WEIGHTS),
        interval=one_of(dice, (0.1, 0.05, 0.3, 1.0, 2.0), (6, 6, 6, 2, 1)),
        size=one_of(dice, (20, 0, 200, 3000, 60_000), (6, 3, 6, 1, 1)),
    )


def _server(dice: Dice) -> ServerSettings:
    return ServerSettings(
        heartbeat_interval=HEARTBEAT,
        silence_threshold=one_of(dice, _THRESHOLDS),
        retry=one_of(dice, (0.5, 0.1, 2.0)),
        history=one_of(dice, (100, 3), (3, 1)),
        send_buffer=one_of(dice, (256 * 1024, 8 * 1024)),
    )


def _clients(dice: Dice) -> Clients:
    policy = ClientPolicy(
        silence_threshold=one_of(dice, _THRESHOLDS),
        adopt_server_threshold=one_of(dice, (True, False)),
        connect_timeout=one_of(dice, (2.0, 5.0)),
        backoff=one_of(dice, ((1.0,), (0.5, 1.0, 2.0), (0.25,))),
        backoff_cap=2.0,
        max_attempts=one_of(dice, (PATIENT, 3), (4, 1)),
    )
    return Clients(count=1 + dice.below(2, (6, 1)), policy=policy)


def _schedule(dice: Dice, workload: Workload, focus: Focus) -> tuple[Step, ...]:
    weights = [_FAVOUR if kind in focus else 1 for kind in _KINDS]
    schedule: tuple[Step, ...] = ()
    for _ in range(MOST_STEPS):
        step = dice.part(partial(_step, workload=workload, earlier=schedule, weights=weights))
        if step is None:
            break
        schedule = (*schedule, step)
    return schedule


def _step(dice: Dice, workload: Workload, earlier: tuple[Step, ...], weights: list[int]) -> Step | None:
    """The next step; None when there is to be no more."""
    if not dice.below(2, (1, 3)):
        return None
    kind, event = one_of(dice, _KINDS, weights), workload.size + _OVERHEAD
    if not makes_sense(kind, event, (step.fault.kind for step in earlier)):
        return None
    fault = DRAWN[kind](dice, event)
    begin = min(_begin(dice, fault, workload, earlier), _LAST_TICK - 1)
    lasting = 0 if isinstance(fault, Reset) else 1 + dice.below(_LONGEST)
    return Step(fault, _seconds(begin), _seconds(min(begin + lasting, _LAST_TICK)))


def _begin(dice: Dice, fault: Fault, workload: Workload, earlier: tuple[Step, ...]) -> int:
    """The tick in which a step begins."""
    meets_new = isinstance(fault, _MEETS_NEW)
    last_event = round((workload.events - 1) * workload.interval / _TICK)
    aim = one_of(dice, _AIMS if earlier else _AIMS[:2])
    if aim in ("from the start", "back from the last event") and meets_new:
        return 0
    match aim:
        case "from the start":
            return dice.below(last_event + 3)
        case "back from the last event":
            return max(0, last_event + 2 - dice.below(8))
        case "after the begin":
            moment = earlier[-1].at
        case _:
            moment = earlier[-1].until or 0.0
    return round(moment / _TICK) + dice.below(4 if meets_new else 16)


def _seconds(ticks: int) -> float:
    return round(ticks * _TICK, 1)
