"""How often did clients have to connect again?"""

from __future__ import annotations

from ssechaos.model import Clients


def test_attempts_after_the_first_are_counted_for_each_client(ask, tell) -> None:
    tale = tell(clients=Clients(count=2)).connects(0.0).tries(1.0).connects(2.0).connects(0.0, client="c2")
    assert ask("reconnects", tale).measurements == {"reconnects": 2}


def test_a_client_that_says_nothing_is_counted_by_its_requests(ask, tell) -> None:
    assert ask("reconnects", tell().requests(0.0).requests(1.0).requests(2.0)).measurements == {"reconnects": 2}


def test_nobody_comes_back_from_nowhere(ask, tell) -> None:
    assert ask("reconnects", tell()).measurements == {"reconnects": 0}
