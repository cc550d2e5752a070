"""Who is at fault, when one side's failure makes the other one fail?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers.blame import settled
from ssechaos.model import Finding, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Side

    Sides = Callable[..., list[Side]]
    Tell = Callable[..., Any]

HANGS = Finding("heartbeats", "nothing sent", 5.0, side="server")


@pytest.fixture
def sides(tell: Tell) -> Callable[..., list[Side]]:
    """Whose each of these findings is in the end, for a client under test."""

    def sides(*findings: Finding) -> list[Side]:
        return [finding.side for finding in settled(tell(conditions={"client": "mine"}).history(), findings)]

    return sides


@pytest.mark.parametrize("name", ["incomplete", "gave_up", "no_recovery", "deadline", "false_completion"])
def test_a_client_that_ends_badly_after_its_server_failed_is_not_blamed(sides: Sides, name: str) -> None:
    ends_at_nine, never_ends = Finding(name, "", 9.0), Finding(name, "")
    assert sides(HANGS, ends_at_nine, never_ends) == ["server", "server", "server"]


def test_what_the_server_does_later_excuses_nobody(sides: Sides) -> None:
    assert sides(Finding("gave_up", "", 4.0), HANGS) == ["client", "server"]


def test_a_client_that_ends_badly_by_itself_is_blamed(sides: Sides) -> None:
    resume, gave_up = Finding("resume", "", 1.0, side="client"), Finding("gave_up", "")
    assert sides(resume, gave_up) == ["client", "client"]


def test_showing_open_while_nothing_comes_is_the_clients_whoever_caused_the_silence(sides: Sides) -> None:
    assert sides(HANGS, Finding("silent_failure", "", 9.0, side="client")) == ["server", "client"]


def test_what_is_not_held_against_the_stream_is_held_against_nobody(sides: Sides) -> None:
    void = Finding("wire_gap", "", 1.0, Verdict.INVALID, "server")
    assert sides(void, Finding("gave_up", "", 4.0)) == ["", "client"]
