"""How long does it take until the user sees that something is wrong?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_detection_runs_from_the_fault_to_the_first_other_state(ask: Ask, outlived: History) -> None:
    found = ask("detection", outlived)
    assert found.measurements["detection_seconds"] == [pytest.approx(0.2)]
    assert found.measurements["detection_max"] == pytest.approx(0.2)


def test_without_outages_there_is_nothing_to_detect(ask: Ask, smooth: History) -> None:
    assert ask("detection", smooth).measurements == {
        "detection_seconds": [],
        "detection_max": None,
        "stalls_detected": 0,
    }


def test_a_client_that_was_not_open_anyway_needs_no_time(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").fault(0.0, 2.0).tries(0.1).connects(2.5).streams(2.6, 1, 3).done(4.0)
    assert ask("detection", tale).measurements["detection_seconds"] == [0.0]


def test_an_outage_that_was_over_before_anybody_saw_it_has_none(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).streams(2.1, 4, 6).breaks(5.0)
    assert ask("detection", tale).measurements["detection_seconds"] == [None]


def test_a_client_that_never_shows_anything_has_none(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).streams(2.1, 4, 6).done(3.0)
    found = ask("detection", tale)
    assert found.measurements["detection_seconds"] == [None]
    assert found.measurements["detection_max"] is None


def test_what_was_in_flight_at_a_strike_does_not_hide_its_detection(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).strikes(1.0).delivers(1.01, 1).breaks(1.02)
    assert ask("detection", tale).measurements["detection_seconds"] == [pytest.approx(0.02)]


def test_a_client_that_was_complete_first_had_nothing_to_detect(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).streams(0.1, 1, 3).strikes(1.0).done(1.01)
    assert ask("detection", tale).measurements["detection_seconds"] == []


def test_giving_up_is_a_way_to_show_it(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 9.0).fails(4.0)
    assert ask("detection", tale).measurements["detection_seconds"] == [3.0]


def test_every_client_that_was_met_counts(ask: Ask, tell: Tell) -> None:
    tale = tell("dark", clients=Clients(count=2)).connects(0.0).connects(0.0, client="c2").fault(1.0, 9.0)
    tale.breaks(2.0).breaks(4.0, client="c2")
    assert ask("detection", tale).measurements["detection_seconds"] == [1.0, 3.0]


def test_stalls_are_counted_where_waiting_was_shown(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).shows(30.0, "waiting").shows(31.0, "reconnecting").shows(70.0, "waiting")
    assert ask("detection", tale).measurements["stalls_detected"] == 2
