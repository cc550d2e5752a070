"""Is anything delivered that was never sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import digest
from ssechaos.model.entries import Delivered

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_what_was_sent_is_no_phantom_even_when_the_witness_saw_it_later(ask: Ask, tell: Tell) -> None:
    found = ask("phantoms", tell().delivers(1.0, 4).emits(1.1, 4))
    assert found.measurements == {"phantom": 0}
    assert found.problems == ()


def test_what_was_never_sent_is_named_with_its_time(ask: Ask, tell: Tell) -> None:
    found = ask("phantoms", tell("mild").emits(1.0, 4).fault(0.5, 1.0).delivers(1.5, 4, 99))
    assert found.measurements == {"phantom": 1}
    assert found.problems[0].name == "phantom"
    assert found.problems[0].message == "event 99 delivered, never sent, at 1.5 s, 0.5 s after mild"


def test_a_heartbeat_that_was_sent_is_none(ask: Ask, tell: Tell) -> None:
    assert ask("phantoms", tell().connects(0.0).beats(1.0).learns_of_gap(2.0, 1, 2)).problems == ()


def test_a_comment_taken_for_an_event_is_known_by_its_data(ask: Ask, tell: Tell) -> None:
    empty = Delivered(at=1.5, client="c1", id=None, event="message", sequence=None, digest=digest(""), size=0)
    found = ask("phantoms", tell().connects(0.0).emits(1.0, 1).sends(1.0, 1).add(empty))
    assert found.problems[0].message == "a 'message' without id delivered, never sent, at 1.5 s"
    assert ask("phantoms", tell().emits(1.0, 1).add(empty)).problems == ()  # nobody wrote down what was sent


def test_without_a_ledger_nobody_knows_of_phantoms(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"ground_truth": "sequence"}).delivers(1.0, 4)
    assert ask("phantoms", tale).measurements == {"phantom": None}
