"""Is anything lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_nothing_is_lost_when_all_is_delivered_in_the_end(ask: Ask, outlived: History) -> None:
    found = ask("loss", outlived)
    assert found.measurements == {"lost": 0, "lost_untold": 0}
    assert found.problems == ()


def test_lost_events_are_named_in_short_with_the_fault_at_their_time(ask: Ask, tell: Tell) -> None:
    tale = tell("dark").connects(0.0).streams(0.1, 1, 6).fault(1.0, 2.0).emits(1.25, 7, 9, 10, 11, 12).done(3.0)
    found = ask("loss", tale)
    assert found.measurements == {"lost": 5, "lost_untold": 5}
    assert found.problems[0].message == "events 7, 9-12 never delivered; 7 was sent at 1.25 s, during dark"
    assert [problem.name for problem in found.problems] == ["lost", "lost_untold"]


def test_what_a_gap_event_tells_is_lost_but_told(ask: Ask, tell: Tell) -> None:
    tale = tell().connects(0.0).streams(0.1, 1, 2).emits(1.0, 3, 4, 5).learns_of_gap(1.1, 3, 4).done(2.0)
    found = ask("loss", tale)
    assert found.measurements == {"lost": 3, "lost_untold": 1}
    assert "the user was told of 2" in found.problems[0].message
    assert "lost without telling: event 5" in found.problems[1].message


def test_a_client_that_gave_up_visibly_has_told_of_the_rest(ask: Ask, tell: Tell) -> None:
    found = ask("loss", tell().connects(0.0).streams(0.1, 1, 2).emits(1.0, 3, 4).fails(2.0))
    assert found.measurements == {"lost": 2, "lost_untold": 0}


def test_losses_of_all_clients_add_up_also_of_those_never_heard_of(ask: Ask, tell: Tell) -> None:
    tale = tell(clients=Clients(count=3)).connects(0.0).streams(0.1, 1, 4).done(1.0)
    tale.connects(0.0, client="c2").delivers(0.5, 1, 2, 3, client="c2")
    found = ask("loss", tale)
    assert found.measurements["lost"] == 1 + 4
    assert found.problems[0].message.startswith("c2: event 4 never delivered")


def test_without_a_ledger_a_hole_in_the_sequence_is_lost(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"ground_truth": "sequence"}).tries(0.0).delivers(0.1, 5, 6, 8).ends(1.0)
    assert ask("loss", tale).measurements["lost"] == 1


def test_ids_that_do_not_count_are_refused_as_ground_truth(ask: Ask, tell: Tell) -> None:
    tale = tell(conditions={"ground_truth": "sequence"}).delivers(0.1, 5, 10**12)
    with pytest.raises(UsageError, match="do not grow by one"):
        ask("loss", tale)
