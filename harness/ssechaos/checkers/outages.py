"""When the network was unhealthy, and for whom: what detection, recovery and blame are measured against.

A fault that lets nothing through makes an outage while it is in force; one that breaks connections makes an
outage of no length at each strike, as the network is healthy right after. Which of the two is the fault's own
statement (``Fault.disrupts``). Outages that touch are one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.story import stories, told_once
from ssechaos.model import Disruption
from ssechaos.model.entries import Closed, Done, FaultBegan, FaultEnded, FaultStruck, StateShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

TOUCHING = 0.1
"""Outages no further apart than this, in seconds, are one: nothing can come back in between."""

IN_FLIGHT = 1.0
"""For this many seconds after a strike, what was under way may still be delivered, and the break be noticed."""


@dataclass(frozen=True, slots=True)
class Outage:
    """The network was unhealthy from ``began`` to ``healed`` (infinite: to the end of the run).

    Attributes:
        faults: The kinds of the faults, in order of their begin.
        struck: It consists of strikes only: connections broke, but new ones could be made at once.
        mute: Neither end was told that its connection was gone.
    """

    began: float
    healed: float
    faults: tuple[str, ...]
    struck: bool = False
    mute: bool = False

    def __str__(self) -> str:
        return " and ".join(dict.fromkeys(self.faults))


@dataclass(frozen=True, slots=True)
class Span:
    """A step of the schedule as it was in force; ``ended`` is infinite when its end was not recorded."""

    step: int
    fault: str
    began: float
    ended: float


@told_once
def spans(history: History) -> tuple[Span, ...]:
    """When each step was in force, in order of their begin."""
    began: dict[int, FaultBegan] = {}
    ended: dict[int, float] = {}
    for begin in history.of(FaultBegan):
        began.setdefault(begin.step, begin)
    for end in history.of(FaultEnded):
        ended.setdefault(end.step, end.at)
    return tuple(Span(step, begin.fault, begin.at, ended.get(step, math.inf)) for step, begin in began.items())


@told_once
def outages(history: History) -> tuple[Outage, ...]:
    """All outages of the run, none of them touching another, in order."""
    found: list[Outage] = []
    for outage in sorted(_outages(history), key=lambda one: one.began):
        if found and outage.began - found[-1].healed <= TOUCHING:
            found[-1] = _joined(found[-1], outage)
        else:
            found.append(outage)
    return tuple(found)


def outages_for(history: History) -> Iterator[tuple[Story, tuple[Outage, ...]]]:
    """Each client with the outages that met it."""
    everywhere = outages(history)
    told = stories(history)
    for story in told:
        yield story, tuple(outage for outage in everywhere if _met(story, outage, alone=len(told) == 1))


def left_open(story: Story, outage: Outage) -> float | None:
    """When the user saw that something is wrong, at or after the outage's begin: a state other than open.

    Closing a stream that is complete says nothing of the sort.
    """
    fine = {"open", "closed"} if isinstance(story.end, Done) else {"open"}
    shown = (entry for entry in story.of(StateShown) if entry.at >= outage.began)
    return next((entry.at for entry in shown if entry.state not in fine), None)


def _outages(history: History) -> Iterator[Outage]:
    for span in spans(history):
        if _disrupts(history, span.step) is Disruption.WHILE_IN_FORCE:
            yield Outage(span.began, max(span.began, span.ended), (span.fault,))
    mute = {entry.connection for entry in history.of(Closed) if entry.how == "dead"}
    for entry in history.of(FaultStruck):
        if _disrupts(history, entry.step) is Disruption.WHEN_STRUCK:
            kind = history.conditions.scenario.schedule[entry.step].fault.kind
            yield Outage(entry.at, entry.at, (kind,), struck=True, mute=entry.connection in mute)


def _disrupts(history: History, step: int) -> Disruption:
    schedule = history.conditions.scenario.schedule
    return schedule[step].fault.disrupts if 0 <= step < len(schedule) else Disruption.NEVER


def _joined(one: Outage, other: Outage) -> Outage:
    return Outage(
        one.began,
        max(one.healed, other.healed),
        one.faults + other.faults,
        struck=one.struck and other.struck,
        mute=one.mute or other.mute,
    )


def _met(story: Story, outage: Outage, *, alone: bool) -> bool:
    """Whether the client ran at that time and, with several clients, whether the strike was at its connection.

    A network does not know whose connection it breaks. One that leaves the open state right after was struck.
    """
    end = story.end
    if story.began > outage.healed or (end is not None and end.at <= outage.began):
        return False
    if alone or not outage.struck:
        return True
    noticed = left_open(story, outage)
    was_open = story.state_at(outage.began) == "open"
    return was_open and noticed is not None and (outage.mute or noticed <= outage.healed + IN_FLIGHT)
