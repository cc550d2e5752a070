from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults import End, Slicer

if TYPE_CHECKING:
    from collections.abc import Callable


def test_every_byte_is_a_piece_of_its_own(play: Callable[..., Any]) -> None:
    played = play(Slicer())
    played.send(0.0, "é\r\n".encode(), End.FIN)
    played.run()
    assert [segment.data for _, segment in played.out] == [b"\xc3", b"\xa9", b"\r", b"\n", b""]
    assert played.ends == [End.FIN]
    assert played.shown


def test_pieces_have_at_most_the_size(play: Callable[..., Any]) -> None:
    played = play(Slicer(size=4))
    played.send(0.0, b"abcdefghij")
    assert [segment.data for _, segment in played.out] == [b"abcd", b"efgh", b"ij"]


def test_pieces_are_a_gap_apart_across_segments(play: Callable[..., Any]) -> None:
    played = play(Slicer(size=2, gap=0.5))
    played.send(0.0, b"abcd")
    played.send(0.1, b"ef")
    played.run()
    assert played.times == pytest.approx([0.0, 0.5, 1.0])


def test_what_was_small_already_was_not_sliced(play: Callable[..., Any]) -> None:
    played = play(Slicer(size=10))
    played.send(0.0, b"abc")
    assert not played.shown
