"""A stream of somebody else's is complete where its terms say, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.client.decisions import Finish
from ssechaos.model import ClientPolicy, Numbering, Terms, Until
from ssechaos.sse import Event

if TYPE_CHECKING:
    from collections.abc import Callable

    Play = Callable[..., Any]


def policy(until: Until, numbering: Numbering | None = None) -> ClientPolicy:
    return ClientPolicy(jitter=0.0, terms=Terms(numbering=numbering or Numbering(), until=until))


@pytest.mark.parametrize(
    ("until", "last"),
    [(Until(event="end"), Event("", "end")), (Until(data="bye"), Event("bye", "whatever"))],
)
def test_the_agreed_event_completes_and_the_usual_ones_do_not(play: Play, until: Until, last: Event) -> None:
    p = play(policy(until))
    p.open()
    p.events(1, Event("{}", "complete"), Event("[DONE]"))
    assert p.outcome is None
    p.events(last)
    assert p.outcome == Finish()


def test_an_agreed_end_waits_for_what_is_missing(play: Play) -> None:
    p = play(policy(Until(event="end")))
    p.open()
    p.events(1, 3, Event("", "end"))
    assert p.outcome is None
    p.open()
    p.events(2, 3, Event("", "end"))
    assert p.outcome == Finish()
    assert p.ids == ["1", "2", "3", None]


def test_a_count_is_of_what_was_delivered_in_order(play: Play) -> None:
    p = play(policy(Until(events=3)))
    p.open()
    p.events(1, 3, Event("{}", "heartbeat"), 4)
    assert p.outcome is None
    p.events(2)
    assert p.outcome == Finish()
    assert p.ids == ["1", None, "2", "3"]


def test_a_count_reads_the_data_and_counts_a_repeat_once(play: Play) -> None:
    p = play(policy(Until(events=2), Numbering("/n")))
    p.open()
    p.events(Event('{"n": 1}'), Event("{}"))
    p.break_()
    p.open()
    p.events(Event('{"n": 1}'))
    assert p.outcome is None
    p.events(Event('{"n": 2}'))
    assert p.outcome == Finish()
