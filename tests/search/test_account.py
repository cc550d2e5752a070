"""A run told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.faults import AnswerStatus, Cut, HalfOpen, LoseEvent, Reset, Stall
from ssechaos.model import Step
from ssechaos.search.account import account, schedule_in_words
from ssechaos.search.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.search.case import Case
    from ssechaos.setups import Setup

    Make = Callable[..., Case]


def story(case: Case, setup: Setup) -> tuple[str, ...]:
    outcome = attempt(case, setup)
    assert outcome.history is not None
    assert outcome.judgement is not None
    return account(outcome.history, outcome.judgement)


def test_a_schedule_is_one_line_that_leaves_out_defaults() -> None:
    steps = (Step(Reset(), 1.2, 1.2), Step(Cut(after=300), 1.2, 1.9), Step(Stall(), 2.0))
    assert schedule_in_words(steps) == "reset at 1.2 s; cut (after=300) from 1.2 s to 1.9 s; stall from 2 s on"
    assert schedule_in_words(()) == "no fault at all"


def test_breaks_and_returns_are_told_in_order(
    case: Make, planted: Callable[[str], Setup], twice_cut: tuple[Step, ...]
) -> None:
    told = story(case(*twice_cut, events=8), planted("stale_id_after_a_second_abort"))
    assert told[0] == "at 0.3 s, open and live, the connection is reset"
    assert "at 1.21 s the client connects again, to go on after event 3" in told
    assert "at 1.21 s, in the middle of a replay, the connection is cut" in told
    assert "resume: connects with a stale Last-Event-ID 3, while 4 was delivered last, at 2.27 s" in told[-1]


def test_the_end_and_what_is_held_against_the_run_come_last(case: Make, planted: Callable[[str], Setup]) -> None:
    told = story(case(Step(LoseEvent(every=1), 0.0, 0.3)), planted("skips_gaps"))
    assert "an event is lost" in told[0]
    assert any(line.startswith("at 0.3 s the client takes the stream as complete") for line in told)
    assert any(line.startswith("false_completion: took the stream as complete at 0.3 s without") for line in told)


def test_lasting_faults_are_told_with_their_span(case: Make, reference: Setup) -> None:
    told = story(case(Step(Stall(), 0.2, 1.0)), reference)
    assert told[0] == "at 0.2 s, open and live, nothing gets through (stall), until 1 s"


def test_silent_deaths_and_answers_are_told(case: Make, reference: Setup) -> None:
    dead = story(case(Step(HalfOpen(), 0.2, 1.0)), reference)
    assert "the connections that live are dead, and nobody is told (half_open)" in dead[0]
    answered = story(case(Step(AnswerStatus(status=404), 0.0, 1.0)), reference)
    assert answered[0] == "at 0 s, before the first id, the request is answered with 404"
    assert any("the client gives up: Gave up" in line for line in answered)


def test_what_repeats_is_counted(case: Make, reference: Setup) -> None:
    told = story(case(Step(LoseEvent(every=1), 0.0, 1.0), events=12), reference)
    assert told[0] == "from 0 s to 0.9 s, before the first id, an event is lost, 10 times"
