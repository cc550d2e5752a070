"""Is the user told of every trouble?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_breaks_with_a_notice_are_not_accused(ask: Ask, outlived: History) -> None:
    found = ask("told", outlived)
    assert found.problems == ()
    assert found.measurements == {"user_visible_errors": 1}


@pytest.mark.parametrize("state", ["waiting", "reconnecting"])
def test_a_break_without_a_notice_is_accused_with_time_and_fault(ask: Ask, tell: Tell, state: str) -> None:
    tale = tell("dark").connects(0.0).fault(1.0, 2.0).shows(1.5, state).over(9.0)
    (problem,) = ask("told", tale).problems
    assert problem.name == "untold_trouble"
    assert problem.message == f"showed {state} at 1.5 s without telling its user why, during dark"


def test_a_notice_that_comes_much_later_does_not_count(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).shows(1.5, "waiting").notes(5.0, "waiting since long").over(9.0)
    assert len(ask("told", tale).problems) == 1


def test_going_from_waiting_to_reconnecting_is_one_trouble(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).shows(1.5, "waiting").notes(1.5, "Waiting").shows(5.0, "reconnecting").over(9.0)
    assert ask("told", tale).problems == ()


def test_a_final_error_is_told_too(ask: Ask, tell: Tell) -> None:
    found = ask("told", tell().connects(0.0).shows(1.0, "reconnecting").fails(1.5).over(9.0))
    assert found.problems == ()
    assert found.measurements == {"user_visible_errors": 1}


def test_a_run_that_ends_at_once_leaves_no_time_to_tell(ask: Ask, tell: Tell) -> None:
    assert ask("told", tell().connects(0.0).shows(1.5, "waiting").over(2.0)).problems == ()
