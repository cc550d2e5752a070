"""A run told in words, from its history and schedule: what the network did, when, and what became of it.

at 1.2 s, open and live, the connection is reset
at 2.2 s the client connects again after event 3
at 2.2 s, in the middle of a replay, the connection is cut
event 7 delivered twice, at 3.3 s
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from ssechaos.checkers.wording import seconds
from ssechaos.faults import AnswerStatus
from ssechaos.model import Disruption
from ssechaos.model.entries import Connect, Done, ErrorShown, FaultBegan, FaultEnded, FaultStruck
from ssechaos.search.phases import Phase, phased

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import Fault, History, Judgement, Step

MOST = 30
"""Lines of what happened, before the rest is left out."""

_LASTING = {
    "stall": "nothing gets through",
    "down": "connections are reset, and new ones refused",
    "unreachable": "new connections go unanswered",
    "half_open": "the connections that live are dead, and nobody is told",
    "handoff": "the path is dead, and nobody is told",
    "server_restart": "the server is dead",
    "latency": "everything arrives late",
    "bandwidth": "the link is slow",
    "slicer": "bytes come in small pieces",
    "packet_loss": "packets are lost and sent again",
    "buffering": "responses are held back",
    "uneven_slicer": "bytes come in pieces",
    "jitter": "everything arrives more or less late",
    "discard": "what is sent is gone",
    "slow_close": "ends arrive late",
}
"""What goes on while a fault is in force; of other faults it is told when they strike."""

_STRUCK = {
    "reset": "the connection is reset",
    "cut": "the connection is cut",
    "RST": "the connection is reset",
    "dead": "the connection dies without a word",
    "lose_event": "an event is lost",
    "duplicate_event": "an event is sent twice",
}


def account(history: History, judgement: Judgement) -> tuple[str, ...]:
    """What happened, line by line; at the end what is held against the run."""
    told = list(_lines(_happenings(history)))
    if len(told) > MOST:
        told = [*told[:MOST], f"… and {len(told) - MOST} lines more"]
    accused = [f"{finding.name}: {finding.message}" for finding in judgement.findings]
    return (*told, *accused)


def schedule_in_words(schedule: tuple[Step, ...]) -> str:
    """The steps in one line: ``reset at 1.2 s; cut (after=300) from 1.2 s to 1.9 s``."""
    return "; ".join(map(_step, schedule)) or "no fault at all"


def _step(step: Step) -> str:
    changed = _settings(step.fault)
    name = f"{step.fault.kind} ({changed})" if changed else step.fault.kind
    if step.until == step.at:
        return f"{name} at {seconds(step.at)}"
    return f"{name} from {seconds(step.at)} {'on' if step.until is None else f'to {seconds(step.until)}'}"


def _settings(fault: Fault) -> str:
    return ", ".join(f"{name}={value}" for name, value in fault.settings().items() if not _usual(fault, name))


def _usual(fault: Fault, name: str) -> bool:
    return bool(getattr(fault, name) == getattr(type(fault)(), name))


def _happenings(history: History) -> Iterator[tuple[float, str]]:
    """What happened, and when, in words that go on after the time."""
    schedule = history.conditions.scenario.schedule
    ended = {entry.step: entry.at for entry in history.of(FaultEnded)}
    for entry, phase in phased(history):
        match entry:
            case FaultBegan() if entry.fault in _LASTING and phase is not Phase.OVER:
                until = seconds(ended.get(entry.step, history.end))
                yield entry.at, f", {phase.value}, {_LASTING[entry.fault]} ({entry.fault}), until {until}"
            case FaultStruck() if _tells(schedule[entry.step].fault):
                yield entry.at, f", {phase.value}, {_strike(entry, schedule[entry.step].fault)}"
            case Connect() if entry.attempt or entry.last_event_id:
                place = "from the start" if entry.last_event_id is None else f"after event {entry.last_event_id}"
                yield entry.at, f" the client connects again, to go on {place}"
            case ErrorShown():
                yield entry.at, f" the client gives up: {entry.message}"
            case Done():
                yield entry.at, " the client takes the stream as complete"


def _tells(fault: Fault) -> bool:
    """Whether strikes of this fault say more than that it is in force."""
    return fault.disrupts is not Disruption.WHILE_IN_FORCE or fault.kind not in _LASTING


def _strike(entry: FaultStruck, fault: Fault) -> str:
    if isinstance(fault, AnswerStatus):
        return f"the request is answered with {fault.status}"
    return _STRUCK.get(entry.what, f"{fault.kind} strikes: {entry.what}")


def _lines(happenings: Iterator[tuple[float, str]]) -> Iterator[str]:
    """One line for each, or for several of the same in a row."""
    for words, same in groupby(happenings, key=itemgetter(1)):
        times = [at for at, _ in same]
        first, last = seconds(times[0]), seconds(times[-1])
        when = f"at {first}" if first == last else f"from {first} to {last}"
        yield f"{when}{words}" if len(times) == 1 else f"{when}{words}, {len(times)} times"
