"""The order of a schedule's moves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults import Down, Reset, Stall
from ssechaos.model import Step
from ssechaos.model.schedule import moves


def told(*schedule: Step) -> list[tuple[float, int, bool]]:
    return [(move.at, move.number, move.begins) for move in moves(schedule)]


def test_moves_come_in_time_order() -> None:
    schedule = (Step(Stall(), 2.0, 5.0), Step(Down(), 1.0, 3.0))
    assert told(*schedule) == [(1.0, 1, True), (2.0, 0, True), (3.0, 1, False), (5.0, 0, False)]


def test_what_ends_goes_before_what_begins_at_the_same_moment() -> None:
    assert told(Step(Stall(), 0.0, 2.0), Step(Down(), 2.0, 3.0))[1:3] == [(2.0, 0, False), (2.0, 1, True)]


def test_a_momentary_step_begins_before_it_ends() -> None:
    assert told(Step(Reset(), 2.0, 2.0)) == [(2.0, 0, True), (2.0, 0, False)]


def test_a_step_without_an_end_has_one_move() -> None:
    assert told(Step(Stall(), 2.0)) == [(2.0, 0, True)]


spans = st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5)).map(
    lambda span: Step(Stall(), float(span[0]), None if span[1] is None else float(span[0] + span[1])),
)


@given(st.lists(spans, max_size=8))
def test_every_step_begins_once_and_ends_at_most_once_in_that_order(schedule: list[Step]) -> None:
    found = told(*schedule)
    assert [at for at, _, _ in found] == sorted(at for at, _, _ in found)
    for number, step in enumerate(schedule):
        own = [begins for _, other, begins in found if other == number]
        assert own == ([True] if step.until is None else [True, False])
