from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import End, IdleTimeout

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("end", list(End))
def test_silent_connection_is_cut(end: End, play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=10.0, end=end))
    played.send(4.0, b"a")
    played.run()
    assert (played.data, played.ends, played.times[-1]) == (b"a", [end], 14.0)
    assert played.struck == ["cut"]
    assert played.shown


def test_every_byte_is_a_sign_of_life(play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=10.0))
    for at in range(0, 100, 9):
        played.send(float(at), b":\n\n")
    assert not played.ends
    assert not played.shown


def test_connection_that_never_answers_is_cut_after_the_time_of_the_first_byte(play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=55.0, first_byte=30.0)).run()
    assert (played.ends, played.now) == ([End.FIN], 30.0)


def test_after_the_first_byte_only_the_idle_time_counts(play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=55.0, first_byte=30.0))
    played.send(29.0, b"a")
    assert played.run().now == 84.0


def test_busy_connection_is_cut_when_it_is_too_old(play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=None, total=15.0))
    for at in range(20):
        played.send(float(at), b"x")
    played.run()
    assert (played.data, played.ends) == (b"x" * 15, [End.FIN])
    assert played.evidence["connections_cut"] == 1.0


def test_connection_that_has_ended_is_not_cut(play: Callable[..., Any]) -> None:
    played = play(IdleTimeout(idle=10.0, total=20.0))
    played.send(1.0, b"a", End.FIN)
    played.run()
    assert played.link.deadline() is None
    assert not played.struck


def test_timeout_without_a_time_is_refused() -> None:
    with pytest.raises(UsageError, match="at least one of"):
        IdleTimeout(idle=None)
