"""How long does it take, once the network is healthy again, until nothing is missing?"""

from __future__ import annotations

import pytest


def test_the_time_runs_until_the_backlog_of_the_outage_is_delivered(ask, tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).emits(1.5, 4, 5)
    tale.delivers(2.5, 4).delivers(3.0, 5).streams(3.1, 6, 9).done(4.0)
    found = ask("caught_up", tale)
    assert found.measurements == {"caught_up_seconds": [1.0], "caught_up_max": 1.0}


def test_events_sent_after_the_healing_are_no_backlog(ask, outlived) -> None:
    assert ask("caught_up", outlived).measurements["caught_up_max"] == pytest.approx(0.25)


def test_no_backlog_takes_no_time(ask, tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).streams(2.5, 4, 5).done(4.0)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == [0.0]


def test_what_is_lost_is_never_caught_up(ask, tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, 2.0).emits(1.5, 4).streams(2.5, 5, 6)
    assert ask("caught_up", tale).measurements == {"caught_up_seconds": [], "caught_up_max": None}


def test_an_outage_to_the_end_is_never_caught_up(ask, tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 3).fault(1.0, None)
    assert ask("caught_up", tale).measurements["caught_up_seconds"] == []
