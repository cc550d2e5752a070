"""Does the server itself send the right events?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model.entries import Sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def names(found: Findings) -> list[str]:
    return [problem.name for problem in found.problems]


def test_a_server_that_goes_on_after_last_event_id_is_not_accused(
    ask: Ask, smooth: History, outlived: History
) -> None:
    assert ask("wire", smooth).problems == ()
    assert ask("wire", outlived).problems == ()


def test_resuming_late_skips_an_event(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 5).fault(1.0, 2.0).connects(2.5, "3").sends(2.5, 5)
    (problem,) = ask("wire", tale).problems
    assert problem.name == "resume_late"
    expected = "begins with event 5 after Last-Event-ID 3, so 4 is skipped, at 2.5 s, 0.5 s after dark"
    assert problem.message == f"connection 2: {expected}"


@pytest.mark.parametrize("first", [1, 3])
def test_resuming_early_repeats_what_was_delivered(ask: Ask, tell: Tell, first: int) -> None:
    found = ask("wire", tell().connects(0.0).streams(0.1, 1, 5).connects(2.5, "3").sends(2.5, first))
    assert names(found) == ["resume_early"]
    assert f"begins with event {first} after Last-Event-ID 3" in found.problems[0].message


@pytest.mark.parametrize("asked", [None, "", "0"])
def test_without_an_id_the_stream_begins_at_its_begin(ask: Ask, tell: Tell, asked: str | None) -> None:
    assert names(ask("wire", tell().emits(0.1, 1, 2, 3).connects(1.0, asked).sends(1.0, 2, 3))) == ["resume_late"]
    assert names(ask("wire", tell().emits(0.1, 5, 6).connects(1.0, asked).sends(1.0, 5, 6))) == []


def test_a_told_gap_excuses_what_it_skips(ask: Ask, tell: Tell) -> None:
    tale = tell().emits(0.1, *range(1, 10)).connects(1.0, "2").learns_of_gap(1.0, 3, 5).sends(1.0, 6, 7)
    assert names(ask("wire", tale.learns_of_gap(1.1, 8, 8).sends(1.1, 9))) == []


def test_ids_that_are_no_numbers_are_not_judged(ask: Ask, tell: Tell) -> None:
    assert names(ask("wire", tell().emits(0.1, 1, 2).connects(1.0, "abc").sends(1.0, 2))) == []


@pytest.mark.parametrize(
    ("sequences", "expected"),
    [((1, 3), "wire_gap"), ((1, 1), "wire_duplicate"), ((1, 2, 1), "wire_order")],
)
def test_a_connection_goes_on_by_one(ask: Ask, tell: Tell, sequences: tuple[int, ...], expected: str) -> None:
    found = ask("wire", tell().emits(0.1, 1, 2, 3).connects(1.0).sends(1.0, *sequences))
    assert names(found) == [expected]


def test_other_bytes_than_were_produced_are_the_servers_own(ask: Ask, tell: Tell) -> None:
    found = ask("wire", tell().connects(0.0).emits(0.5, 1).sends(0.5, 1, data="other"))
    assert names(found) == ["wire_corruption"]
    assert "event 1 is sent with other bytes than were produced, at 0.5 s" in found.problems[0].message


def test_what_was_never_produced_is_the_servers_own(ask: Ask, tell: Tell) -> None:
    assert names(ask("wire", tell().connects(0.0).emits(0.5, 1).sends(0.5, 1, 2))) == ["wire_phantom"]


def test_only_requests_that_were_answered_with_a_stream_are_judged(ask: Ask, tell: Tell) -> None:
    stray = Sent(at=1.0, connection=1, sequence=9, event="x", digest="", replayed=False)
    assert names(ask("wire", tell().requests(0.5, "3", status=429).add(stray))) == []
