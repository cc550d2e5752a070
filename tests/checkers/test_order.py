"""Does everything come in order?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_a_stream_in_order_is_not_accused(ask: Ask, outlived: History) -> None:
    found = ask("order", outlived)
    assert found.measurements == {"reordered": 0}
    assert found.problems == ()


def test_a_hole_is_no_disorder(ask: Ask, tell: Tell) -> None:
    assert ask("order", tell().delivers(1.0, 1, 2, 5, 6)).measurements == {"reordered": 0}


def test_an_event_after_a_later_one_is_named_with_time_and_fault(ask: Ask, tell: Tell) -> None:
    found = ask("order", tell("mild").fault(1.0, 2.0).delivers(1.5, 1, 3, 2, 4))
    assert found.measurements == {"reordered": 1}
    assert found.problems[0].name == "reordered"
    assert found.problems[0].message == "event 2 delivered after 3, at 1.5 s, during mild"


def test_a_repeat_of_an_old_event_is_a_duplicate_not_disorder(ask: Ask, tell: Tell) -> None:
    assert ask("order", tell().delivers(1.0, 1, 2, 3, 2)).measurements == {"reordered": 0}
