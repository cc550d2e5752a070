from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.networks.simulated.buffers import WINDOW
from ssechaos.networks.simulated.endpoints import Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable


class Wire:
    """Holds what crosses until the test lets it arrive."""

    def __init__(self) -> None:
        self.crossing: deque[tuple[Callable[..., None], tuple[Any, ...]]] = deque()
        self.near, self.far = Endpoint.pair(lambda arrive, *what: self.crossing.append((arrive, what)))

    def settle(self) -> None:
        while self.crossing:
            arrive, what = self.crossing.popleft()
            arrive(*what)


@pytest.fixture
def wire() -> Wire:
    return Wire()


def test_bytes_arrive_in_order(wire: Wire) -> None:
    wire.near.send(b"one ")
    wire.near.send(b"two")
    wire.settle()
    assert wire.far.read() == b"one two"


def test_nothing_is_there_before_it_has_crossed(wire: Wire) -> None:
    wire.near.send(b"data")
    assert not wire.far.readable


def test_at_most_a_window_is_under_way_or_unread(wire: Wire) -> None:
    wire.near.send(bytes(WINDOW + 10))
    wire.settle()
    assert wire.near.waiting == 10
    assert len(wire.far.read()) == WINDOW


def test_reading_makes_room_one_crossing_later(wire: Wire) -> None:
    wire.near.send(bytes(WINDOW + 10))
    wire.settle()
    wire.far.read()
    assert wire.near.waiting == 10
    wire.settle()
    assert wire.near.waiting == 0
    assert len(wire.far.read()) == 10


def test_fin_comes_after_what_waits(wire: Wire) -> None:
    wire.near.send(bytes(WINDOW + 10))
    wire.near.finish()
    wire.settle()
    assert not wire.far.fin_arrived
    wire.far.read()
    wire.settle()
    assert wire.far.fin_arrived
    assert len(wire.far.read()) == 10


def test_the_other_direction_stays_open_after_fin(wire: Wire) -> None:
    wire.near.finish()
    wire.far.send(b"answer")
    wire.settle()
    assert wire.near.read() == b"answer"


def test_closing_sends_fin(wire: Wire) -> None:
    wire.near.close(reset=False)
    wire.settle()
    assert wire.far.fin_arrived
    assert not wire.far.reset_arrived


def test_closing_with_unread_bytes_sends_a_reset(wire: Wire) -> None:
    wire.far.send(b"unread")
    wire.settle()
    wire.near.close(reset=False)
    wire.settle()
    assert wire.far.reset_arrived


def test_bytes_that_arrive_at_a_closed_end_are_answered_with_a_reset(wire: Wire) -> None:
    wire.near.close(reset=False)
    wire.far.send(b"too late")
    wire.settle()
    assert wire.far.reset_arrived


def test_two_ends_that_close_at_once_part_in_peace(wire: Wire) -> None:
    wire.near.close(reset=False)
    wire.far.close(reset=False)
    wire.settle()
    assert not wire.near.reset_arrived
    assert not wire.far.reset_arrived


def test_bytes_that_arrived_before_a_reset_can_be_read(wire: Wire) -> None:
    wire.near.send(b"last words")
    wire.near.close(reset=True)
    wire.settle()
    assert wire.far.reset_arrived
    assert wire.far.read() == b"last words"


def test_the_error_after_a_reset_depends_on_whether_a_fin_came_first(wire: Wire) -> None:
    wire.near.close(reset=True)
    wire.settle()
    assert isinstance(wire.far.reset_error(), ConnectionResetError)

    other = Wire()
    other.near.finish()
    other.near.close(reset=True)
    other.settle()
    assert isinstance(other.far.reset_error(), BrokenPipeError)


def test_a_closed_end_tells_its_watcher_nothing_more(wire: Wire) -> None:
    calls: list[str] = []
    wire.near.on_arrival = lambda: calls.append("arrival")
    wire.near.close(reset=False)
    wire.far.close(reset=False)
    wire.settle()
    assert calls == []
