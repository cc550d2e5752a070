"""What a client was doing when something happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.model.entries import (
    Connect,
    Delivered,
    Done,
    Emitted,
    Entry,
    FaultStruck,
    NoticeShown,
    Sent,
    StateShown,
)
from ssechaos.search.phases import Phase, phased

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import History

STRIKE = FaultStruck(at=0.0, step=0, connection=1, what="reset")


def connect(last: str | None = None) -> Entry:
    return Connect(at=0.0, client="c1", attempt=0, last_event_id=last)


def state(name: str, client: str = "c1") -> Entry:
    return StateShown(at=0.0, client=client, state=name)


def emitted(sequence: int) -> Entry:
    return Emitted(at=0.0, sequence=sequence, event="content_chunk", digest="", size=1)


def delivered(sequence: int, client: str = "c1") -> Entry:
    return Delivered(
        at=0.0, client=client, id=str(sequence), event="content_chunk", sequence=sequence, digest="", size=1
    )


def replayed(sequence: int) -> Entry:
    return Sent(at=0.0, connection=2, sequence=sequence, event="content_chunk", digest="", replayed=True)


WAITS = NoticeShown(at=0.0, client="c1", message="lost", attempt=1, retry_in=1.0)
LIVE = (connect(), state("open"), emitted(1), delivered(1))


def struck(told: Callable[..., History], *entries: Entry) -> Phase:
    """The phase in which a strike after ``entries`` meets the client."""
    return {id(entry): phase for entry, phase in phased(told(*entries, STRIKE))}[id(STRIKE)]


def test_until_an_event_with_an_id_came_it_is_before_the_first_id(told: Callable[..., History]) -> None:
    assert struck(told) is Phase.BEFORE_FIRST_ID
    assert struck(told, connect(), state("open"), emitted(1)) is Phase.BEFORE_FIRST_ID
    assert struck(told, connect(), WAITS) is Phase.BEFORE_FIRST_ID


def test_an_open_stream_is_live(told: Callable[..., History]) -> None:
    assert struck(told, *LIVE) is Phase.LIVE


def test_between_a_notice_and_the_next_try_it_is_in_backoff(told: Callable[..., History]) -> None:
    assert struck(told, *LIVE, WAITS) is Phase.IN_BACKOFF
    assert struck(told, *LIVE, WAITS, connect("1")) is Phase.CONNECTING


def test_a_replay_lasts_until_what_was_missed_is_delivered(told: Callable[..., History]) -> None:
    back = (*LIVE, emitted(2), emitted(3), WAITS, connect("1"), state("open"))
    assert struck(told, *back) is Phase.IN_REPLAY
    assert struck(told, *back, delivered(2)) is Phase.IN_REPLAY
    assert struck(told, *back, delivered(2), delivered(3)) is Phase.LIVE


def test_a_replay_begins_when_the_server_sends_it(told: Callable[..., History]) -> None:
    back = (*LIVE, emitted(2), emitted(3), WAITS, connect("1"))
    assert struck(told, *back, replayed(2)) is Phase.IN_REPLAY


def test_when_all_was_sent_it_is_the_end(told: Callable[..., History]) -> None:
    everything = [entry for number in (2, 3, 4) for entry in (emitted(number), delivered(number))]
    assert struck(told, *LIVE, *everything) is Phase.AT_THE_END
    assert struck(told, *LIVE, *everything, Done(at=0.0, client="c1")) is Phase.OVER


def test_the_first_of_several_clients_is_followed(told: Callable[..., History]) -> None:
    assert struck(told, connect(), delivered(1, client="c2")) is Phase.BEFORE_FIRST_ID
