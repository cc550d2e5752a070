"""A schedule as moves in the order of time."""

from __future__ import annotations

from dataclasses import dataclass

from ssechaos.model import Fault, Step
from ssechaos.model.schedule import moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing(Fault):
    """A fault that does nothing."""


def told(*steps: Step) -> list[tuple[float, int, bool]]:
    return [(move.at, move.number, move.begins) for move in moves(steps)]


def test_moves_are_in_the_order_of_time() -> None:
    steps = (Step(Nothing(), 3.0, 4.0), Step(Nothing(), 1.0, 3.5))
    assert told(*steps) == [(1.0, 1, True), (3.0, 0, True), (3.5, 1, False), (4.0, 0, False)]


def test_at_one_moment_what_ends_goes_first() -> None:
    assert told(Step(Nothing(), 1.0, 2.0), Step(Nothing(), 2.0, 3.0))[1:3] == [(2.0, 0, False), (2.0, 1, True)]


def test_a_step_of_no_length_begins_before_it_ends() -> None:
    assert told(Step(Nothing(), 1.0, 1.0)) == [(1.0, 0, True), (1.0, 0, False)]


def test_a_step_without_an_end_has_one_move() -> None:
    assert told(Step(Nothing(), 1.0)) == [(1.0, 0, True)]
