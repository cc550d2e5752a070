"""Does the server hold its events back?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tap = Callable[..., Any]
    Tell = Callable[..., Any]


def names(found: Findings) -> list[str]:
    return [problem.name for problem in found.problems]


def batches(tap: Tap, *times: float, size: int = 5, **more: Any) -> Any:
    """Events in groups, each within a few milliseconds."""
    tale = tap(**more).connects(0.0)
    for number, at in enumerate(times):
        tale.writes(at, *range(1 + number * size, 1 + (number + 1) * size), every=0.002)
    return tale


def test_bursts_after_long_pauses_are_held_back(ask: Ask, tap: Tap) -> None:
    (problem,) = ask("bursts", batches(tap, 2.5, 5.0, 7.6).completes(8.0)).problems
    assert problem.name == "buffered"
    expected = (
        "connection 1: sends its events in 3 bursts of up to 5, after at least 2.49 s of nothing, from 2.5 s on"
    )
    assert problem.message.startswith(expected)


def test_what_is_left_may_be_flushed_by_the_end(ask: Ask, tap: Tap) -> None:
    assert names(ask("bursts", batches(tap, 2.5, 5.0).writes(6.0, 11).completes(6.0))) == ["buffered"]


def test_everything_at_the_very_end_is_held_back(ask: Ask, tap: Tap) -> None:
    assert names(ask("bursts", batches(tap, 3.0).completes(3.01))) == ["buffered"]
    assert names(ask("bursts", batches(tap, 3.0).completes(4.0))) == []
    assert names(ask("bursts", batches(tap, 3.0, size=3).completes(3.005))) == []


def test_events_that_come_one_by_one_are_not_held_back(ask: Ask, tap: Tap) -> None:
    assert names(ask("bursts", batches(tap, 2.5, 5.0, 7.5, size=1).completes(8.0))) == []
    assert names(ask("bursts", batches(tap, 0.5, 1.0, 1.5).completes(2.0))) == []


def test_whoever_sends_comments_meanwhile_holds_nothing_back(ask: Ask, tap: Tap) -> None:
    tale = batches(tap, 2.5, 5.0, 7.5).comments(1.0, 2.0, 3.0, 4.0, 6.0, 7.0)
    assert names(ask("bursts", tale.completes(8.0))) == []


def test_single_events_between_the_bursts_leave_a_doubt(ask: Ask, tap: Tap) -> None:
    tale = batches(tap, 2.5, 5.0).writes(6.0, 11).writes(8.5, 12, 13, 14, every=0.002)
    assert names(ask("bursts", tale.completes(9.0))) == []


def test_a_replay_comes_at_once_by_nature(ask: Ask, tap: Tap) -> None:
    tale = batches(tap, 0.1, 0.2, 0.3).closes(1.0, "client_gone").connects(3.0, "1").writes(5.1, *range(2, 9))
    assert names(ask("bursts", tale.writes(8.0, *range(9, 16)).completes(9.0))) == []


def test_what_comes_after_a_fault_may_be_the_network_s_doing(ask: Ask, tap: Tap) -> None:
    tale = tap("mild").connects(0.0).fault(0.5, 7.0)
    for at, first in ((2.5, 1), (5.0, 6), (7.5, 11)):
        tale.writes(at, *range(first, first + 5), every=0.002)
    assert names(ask("bursts", tale.completes(8.0))) == []


def test_the_reference_server_is_not_asked(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(2.5, 1, 5, every=0.0).streams(5.0, 6, 10, every=0.0).done(5.1)
    assert names(ask("bursts", tale)) == []
