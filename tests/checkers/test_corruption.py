"""Is everything delivered with the bytes that were sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import digest
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_the_same_bytes_are_not_accused(ask: Ask, smooth: History) -> None:
    found = ask("corruption", smooth)
    assert found.measurements == {"corrupted": 0}
    assert found.problems == ()


def test_other_bytes_are_named_with_time_and_fault(ask: Ask, tell: Tell) -> None:
    found = ask("corruption", tell("mild").emits(0.9, 4).fault(1.0, 2.0).delivers(1.2, 4, data="data 5"))
    assert found.measurements == {"corrupted": 1}
    assert found.problems[0].name == "corrupted"
    message = "event 4 delivered with other bytes than were sent, at 1.2 s, during mild"
    assert found.problems[0].message == message


def test_a_restarted_server_may_write_an_event_anew(ask: Ask, tell: Tell) -> None:
    again = Emitted(at=1.0, sequence=4, event="content_chunk", digest=digest("anew"), size=4)
    assert ask("corruption", tell().emits(0.5, 4).add(again).delivers(1.1, 4, data="anew")).problems == ()


def test_a_phantom_is_not_called_corrupt(ask: Ask, tell: Tell) -> None:
    assert ask("corruption", tell().delivers(1.0, 4)).measurements == {"corrupted": 0}


def test_without_a_ledger_nobody_knows(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"ground_truth": "sequence"}).delivers(1.0, 4)
    assert ask("corruption", tale).measurements == {"corrupted": None}
