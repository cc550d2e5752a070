from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import DuplicateEvent, End, LoseEvent

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = [b"id: %d\ndata: %d\n\n" % (number, number) for number in range(1, 101)]
COMPLETE = b"event: complete\ndata: {}\n\n"


@pytest.fixture
def passed(kind: str, wire: Callable[..., bytes], read: Callable[..., Any]) -> Callable[[Any], bytes]:
    """``passed(connection)``: what a client gets when a hundred events are sent."""

    def send(played: Any) -> bytes:
        played.send(0.0, wire(kind, [*EVENTS, COMPLETE]))
        played.send(1.0, end=End.FIN)
        body, complete = read(played.data)
        assert complete
        return bytes(body)

    return send


def test_every_tenth_is_lost(passed: Callable[[Any], bytes], play: Callable[..., Any]) -> None:
    played = play(LoseEvent(every=10))
    expected = [event for number, event in enumerate(EVENTS, start=1) if number % 10]
    assert passed(played) == b"".join([*expected, COMPLETE])
    assert (played.evidence["events"], played.evidence["events_lost"]) == (100.0, 10.0)
    assert played.struck == ["lose_event"] * 10
    assert played.shown


def test_count_goes_on_over_connections(passed: Callable[[Any], bytes], play: Callable[..., Any]) -> None:
    played = play(LoseEvent(every=30))
    passed(played)
    second = played.again()
    body = passed(second)
    assert EVENTS[19] not in body
    assert second.evidence["events_lost"] == 6.0


def test_share_is_lost_by_chance(passed: Callable[[Any], bytes], play: Callable[..., Any]) -> None:
    played = play(LoseEvent(share=0.2))
    body = passed(played)
    lost = played.evidence["events_lost"]
    assert body.count(b"id: ") == 100 - lost
    assert 5 < lost < 40
    assert played.shown


def test_duplicate_follows_its_original(passed: Callable[[Any], bytes], play: Callable[..., Any]) -> None:
    played = play(DuplicateEvent(every=50))
    twice = [event * (1 if number % 50 else 2) for number, event in enumerate(EVENTS, start=1)]
    assert passed(played) == b"".join([*twice, COMPLETE])
    assert played.evidence["events_duplicated"] == 2.0
    assert played.shown


@pytest.mark.parametrize("fault", [LoseEvent(share=0.1), DuplicateEvent(share=0.1)], ids=lambda fault: fault.kind)
def test_another_share_than_the_set_one_proves_nothing(fault: LoseEvent | DuplicateEvent) -> None:
    assert fault.shown_by({"events": 100.0, fault.counter: 12.0})
    assert not fault.shown_by({"events": 100.0, fault.counter: 50.0})
    assert not fault.shown_by({"events": 10.0, fault.counter: 0.0})


def test_count_that_does_not_fit_every_proves_nothing() -> None:
    assert LoseEvent(every=10).shown_by({"events": 59.0, "events_lost": 5.0})
    assert not LoseEvent(every=10).shown_by({"events": 60.0, "events_lost": 5.0})


@pytest.mark.parametrize("settings", [{"share": 0.0}, {"share": 1.1}, {"every": 0}])
def test_impossible_choice_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"lose_event: (share|every)"):
        LoseEvent(**settings)
