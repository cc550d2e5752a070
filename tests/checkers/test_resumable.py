"""Can the stream be resumed at all?"""

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


def spoken(tap: Tap, *faults: str, ids: bool = False) -> Any:
    """A stream of words, with or without ids, on one connection."""
    tale = tap(*faults).connects(0.0)
    for number, word in enumerate(("once", "upon", "a", "time")):
        tale.writes_one(0.1 + number / 10, None, f"w{number}" if ids else None, word)
    return tale


def test_a_break_costs_the_rest_of_a_stream_without_ids(ask: Ask, tap: Tap) -> None:
    tale = spoken(tap, "snap").fault(0.9, 1.1).strikes(1.0).closes(1.0, "client_gone").breaks(1.0).connects(2.0)
    (problem,) = ask("resumable", tale).problems
    assert (problem.name, problem.at) == ("cannot_resume", 1.0)
    expected = "so the break at 1 s, during snap, cost the rest: no client can say what it has"
    assert problem.message == f"the stream has no ids, {expected}"


def test_so_it_does_when_the_client_gives_up_at_once(ask: Ask, tap: Tap) -> None:
    assert names(ask("resumable", spoken(tap).closes(1.0, "client_gone").fails(1.0))) == ["cannot_resume"]


def test_without_a_break_ids_are_not_missed(ask: Ask, tap: Tap) -> None:
    assert names(ask("resumable", spoken(tap).completes(0.6))) == []
    assert names(ask("resumable", spoken(tap).completes(0.6).fails(0.7))) == []


def test_a_break_before_the_first_event_costs_nothing(ask: Ask, tap: Tap) -> None:
    tale = tap().connects(0.0).writes_one(0.1, None, None, event="heartbeat").closes(0.2, "client_gone")
    assert names(ask("resumable", tale.connects(1.0).writes_one(1.1, None, None, "once").completes(2.0))) == []


def test_opaque_ids_are_ids(ask: Ask, tap: Tap) -> None:
    assert names(ask("resumable", spoken(tap, ids=True).closes(1.0, "client_gone").connects(2.0))) == []


def test_the_reference_server_has_ids(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 3).breaks(1.0).connects(2.0, "3").done(3.0)
    assert names(ask("resumable", tale)) == []
