"""Does the server say where its stream ends?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tap = Callable[..., Any]
    Tell = Callable[..., Any]


def ended(tap: Tap, **more: Any) -> Any:
    """Three events and a clean end, after which nothing was said; a client that comes back to ask for the rest."""
    tale = tap(**more).connects(0.0).serves(0.1, 1, 2, 3).closes(0.5).breaks(0.5, wait=0.5)
    return tale.connects(1.0, "3")


def names(found: Findings) -> list[str]:
    return [problem.name for problem in found.problems]


def test_an_end_after_which_nothing_new_comes_was_the_last_one_and_nobody_said_so(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("endings", ended(tap).closes(1.1)).problems
    assert problem.name == "end_unmarked"
    expected = "connection 1: ended cleanly at 0.5 s, and nothing had said that the stream is complete"
    assert (problem.message, problem.at) == (expected, 0.5)


@pytest.mark.parametrize("status", [204, 404, 410])
def test_a_status_that_tells_a_client_to_stop_says_it_too(ask: Ask, tap: Tap, status: int) -> None:
    tale = tap().connects(0.0).serves(0.1, 1, 2, 3).closes(0.5).tries(1.0, "3").requests(1.0, "3", status=status)
    assert names(ask("endings", tale)) == []


def test_a_server_may_close_a_connection_to_be_asked_again(ask: Ask, tap: Tap) -> None:
    assert names(ask("endings", ended(tap).serves(1.1, 4, 5).closes(1.5).connects(2.0, "5").completes(2.1))) == []
    assert names(ask("endings", ended(tap).serves(1.1, 4, 5).closes(1.5, "client_gone"))) == []


def test_an_end_that_no_client_asked_behind_tells_nothing(ask: Ask, tap: Tap) -> None:
    assert names(ask("endings", tap().connects(0.0).serves(0.1, 1, 2, 3).closes(0.5))) == []


def test_a_broken_connection_is_no_end(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).serves(0.1, 1, 2).closes(0.5, "server_reset").connects(1.0, "2")
    assert names(ask("endings", tale.closes(1.1, "client_gone"))) == []


def test_a_stream_without_ids_can_t_be_asked_for_more_so_its_clean_end_is_the_last(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).writes_one(0.1, None, None, "once").writes_one(0.2, None, None, "upon")
    assert names(ask("endings", tale.closes(0.5))) == ["end_unmarked"]
    done = tap().connects(0.0).writes_one(0.1, None, None, "once").completes(0.5)
    assert names(ask("endings", done)) == []


def test_our_own_server_is_done_only_after_it_has_said_so(ask: Ask, tell: Tell) -> None:
    assert names(ask("endings", tell().connects(0.0).streams(0.1, 1, 3).done(0.5))) == []
    done = tell().connects(0.0).streams(0.1, 1, 3).drops(0.5, "complete")
    assert names(ask("endings", done)) == ["end_unmarked"]
    assert names(ask("endings", tell().connects(0.0).streams(0.1, 1, 3).drops(0.5))) == []
