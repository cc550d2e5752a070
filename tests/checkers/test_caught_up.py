"""How long does it take, once the network is healthy again, until nothing is missing?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_the_time_runs_until_the_backlog_of_the_outage_is_delivered(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).emits(1.5, 4, 5)
    tale.delivers(2.5, 4).delivers(3.0, 5).streams(3.1, 6, 9).done(4.0)
    found = ask("caught_up", tale)
    assert found.measurements == {"caught_up_seconds": [1.0], "caught_up_max": 1.0}


def test_what_is_sent_until_the_stream_goes_on_is_part_of_the_backlog(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 9).strikes(1.0).breaks(1.05).emits(1.5, 10, 11)
    tale.connects(2.0, "9").delivers(2.1, 10).emits(2.2, 12).delivers(2.3, 11).delivers(2.4, 12).done(3.0)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == [pytest.approx(1.3)]


def test_without_a_backlog_one_is_caught_up_as_soon_as_the_stream_goes_on(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).streams(2.5, 4, 5).done(4.0)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == [0.5]


def test_what_a_gap_tells_to_be_gone_is_not_waited_for(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).emits(1.5, 4, 5).connects(2.5, "3")
    tale.learns_of_gap(2.5, 4, 4).catches_up(3.0, 5, 5).done(4.0)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == [1.0]


def test_what_is_lost_is_never_caught_up(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).emits(1.5, 4).streams(2.5, 5, 6)
    assert ask("caught_up", tale).measurements == {"caught_up_seconds": [], "caught_up_max": None}


def test_an_outage_to_the_end_is_never_caught_up(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, None)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == []
