"""How often did clients have to connect again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_attempts_after_the_first_are_counted_for_each_client(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(count=2)).connects(0.0).tries(1.0).connects(2.0).connects(0.0, client="c2")
    assert ask("reconnects", tale).measurements == {"reconnects": 2}


def test_a_client_that_says_nothing_is_counted_by_its_requests(ask: Ask, tell: Tell) -> None:
    assert ask("reconnects", tell().requests(0.0).requests(1.0).requests(2.0)).measurements == {"reconnects": 2}


def test_nobody_comes_back_from_nowhere(ask: Ask, tell: Tell) -> None:
    assert ask("reconnects", tell()).measurements == {"reconnects": 0}
