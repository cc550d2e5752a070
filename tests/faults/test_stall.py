from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.faults import End, Stall

if TYPE_CHECKING:
    from collections.abc import Callable


def test_nothing_gets_through_until_it_is_over_and_then_everything(play: Callable[..., Any]) -> None:
    played = play(Stall())
    played.send(1.0, b"a")
    played.send(2.0, b"b", End.FIN)
    played.run(60.0)
    assert not played.out
    assert played.link.held == 2
    played.remove(60.0)
    assert (played.data, played.ends, set(played.times)) == (b"ab", [End.FIN], {60.0})
    assert played.shown


def test_rst_is_held_too_and_loses_nothing(play: Callable[..., Any]) -> None:
    played = play(Stall())
    played.send(1.0, b"a")
    played.send(2.0, end=End.RST)
    played.run(3.0)
    assert not played.out
    played.remove(3.0)
    assert (played.data, played.ends) == (b"a", [End.RST])


def test_hold_that_nobody_can_notice_proves_no_stall() -> None:
    assert not Stall().shown_by({"bytes_held": 10.0, "longest_hold": 0.01})
    assert Stall().shown_by({"connections_held": 1.0, "longest_hold": 3.0})
