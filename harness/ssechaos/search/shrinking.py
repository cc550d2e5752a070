"""Shrinks a failing case with Hypothesis: fewest steps, simplest faults, smallest times.

The numbers that a case was drawn from are handed to Hypothesis as if it had met the failure in an earlier session;
it replays them and makes them fewer and smaller as long as the case fails in the same way. Nothing is remembered
and nothing is timed, so that the same failure always shrinks to the same case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import hypothesis
from hypothesis import Phase, Verbosity
from hypothesis import strategies as st
from hypothesis.database import InMemoryExampleDatabase, choices_to_bytes
from hypothesis.errors import Flaky, NoSuchExample

from ssechaos.search.case import Case, scenario_of
from ssechaos.search.drawing import draw_case

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hypothesis.strategies import DrawFn

    from ssechaos.search.dice import Dice

T = TypeVar("T")

_KEY = b"ssechaos"
_OTHER_DICE = 8
"""How many seeds are tried before a step counts as needed."""


class _Drawn:
    """Numbers from Hypothesis, which has its own mind about weights."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw

    def below(self, count: int, weights: Sequence[int] | None = None) -> int:  # noqa: ARG002 - the face of all dice
        return self._draw(st.integers(0, count - 1))

    def part(self, make: Callable[[Dice], T]) -> T:
        return self._draw(_parts(make))


@st.composite
def _parts(draw: DrawFn, make: Callable[[Dice], T]) -> T:
    """A strategy of its own adds no number, but tells Hypothesis which ones belong together."""
    return make(_Drawn(draw))


@st.composite
def cases(draw: DrawFn) -> Case:
    """Any case, as a strategy."""
    return draw_case(_Drawn(draw))


def shrunk(numbers: Sequence[int], fails: Callable[[Case], bool]) -> Case | None:
    """The smallest case for which ``fails`` holds, starting from the one that was drawn from ``numbers``.

    None when the case does not fail again, or not always: something outlives a run.
    """
    small = _smallest(numbers, fails)
    return None if small is None else _leanest(small, fails)


def _smallest(numbers: Sequence[int], fails: Callable[[Case], bool]) -> Case | None:
    known = InMemoryExampleDatabase()
    # One number too many: what Hypothesis knows to the letter counts as shrunk already.
    known.save(_KEY, choices_to_bytes((*numbers, 0)))
    try:
        return hypothesis.find(cases(), fails, settings=_settings(known), database_key=_KEY)
    except (NoSuchExample, Flaky):
        return None


def _leanest(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The case without steps that it only needs for its dice, which depend on a step's place in the schedule."""
    scenario = case.scenario
    for place in range(len(scenario.schedule)):
        schedule = scenario.schedule[:place] + scenario.schedule[place + 1 :]
        fewer = scenario_of(schedule, workload=scenario.workload, server=scenario.server, clients=scenario.clients)
        for seed in range(1, _OTHER_DICE + 1):
            if fails(Case(fewer, seed)):
                return _leanest(Case(fewer, seed), fails)
    return case


def _settings(known: InMemoryExampleDatabase) -> hypothesis.settings:
    return hypothesis.settings(
        database=known,
        deadline=None,
        phases=(Phase.reuse, Phase.shrink),
        verbosity=Verbosity.quiet,
    )
