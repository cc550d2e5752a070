"""Is anything delivered twice?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import Findings, History

    Ask = Callable[..., Findings]
    Tell = Callable[..., Any]


def test_a_replay_of_missed_events_is_no_duplicate(ask: Ask, outlived: History) -> None:
    found = ask("duplicates", outlived)
    assert found.measurements == {"duplicates": 0}
    assert found.problems == ()


def test_an_event_delivered_twice_is_named_with_both_times_and_the_fault(ask: Ask, tell: Tell) -> None:
    tale = tell("snap").connects(0.0).emits(1.9, 7).delivers(1.9, 7).fault(2.0, 3.0).delivers(2.4, 7)
    found = ask("duplicates", tale)
    assert found.measurements == {"duplicates": 1}
    assert found.problems[0].name == "duplicates"
    assert found.problems[0].message == "event 7 delivered twice, at 1.9 s and 2.4 s, during snap"


def test_every_extra_delivery_counts(ask: Ask, tell: Tell) -> None:
    found = ask("duplicates", tell().delivers(1.0, 7).delivers(2.0, 7).delivers(3.0, 7, 8))
    assert found.measurements == {"duplicates": 2}
    assert found.problems[0].message.startswith("event 7 delivered 3 times, at 1 s and 2 s")


def test_two_clients_may_get_the_same_event(ask: Ask, tell: Tell) -> None:
    tale = (
        tell(clients=Clients(count=2)).delivers(1.0, 7).delivers(1.0, 7, client="c2").delivers(2.0, 7, client="c2")
    )
    found = ask("duplicates", tale)
    assert found.measurements == {"duplicates": 1}
    assert found.problems[0].message.startswith("c2: event 7")


def test_heartbeats_have_no_place_and_may_repeat(ask: Ask, tell: Tell) -> None:
    assert ask("duplicates", tell().beats(1.0).beats(2.0)).measurements == {"duplicates": 0}


def test_a_flood_of_findings_is_cut_short_but_counted_whole(ask: Ask, tell: Tell) -> None:
    found = ask("duplicates", tell().delivers(1.0, *range(50)).delivers(2.0, *range(50)))
    assert found.measurements == {"duplicates": 50}
    assert len(found.problems) == 11
    assert found.problems[-1].message == "and 40 more like these"
