from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Cut, Direction, End
from ssechaos.model import fault_from_json

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("end", list(End))
def test_exactly_so_many_bytes_pass_then_an_end_then_nothing(end: End, play: Callable[..., Any]) -> None:
    played = play(Cut(after=5, end=end))
    played.send(0.0, b"abc")
    played.send(1.0, b"defgh")
    played.send(2.0, b"ijk", End.FIN)
    played.run()
    assert (played.data, played.ends) == (b"abcde", [end])
    assert played.times[-1] == 1.0
    assert played.struck == ["cut"]
    assert played.shown


def test_cut_comes_with_the_last_byte_and_does_not_wait_for_one_more(play: Callable[..., Any]) -> None:
    played = play(Cut(after=3))
    played.send(0.0, b"abc")
    assert (played.data, played.ends) == (b"abc", [End.FIN])


def test_nothing_may_pass_at_all(play: Callable[..., Any]) -> None:
    played = play(Cut(after=0))
    played.send(0.0, b"abc")
    assert (played.data, played.ends) == (b"", [End.FIN])


def test_only_so_many_connections_are_cut(play: Callable[..., Any]) -> None:
    played = play(Cut(after=2, times=2))
    connections = [played, played.again(), played.again()]
    for connection in connections:
        connection.send(0.0, b"abcd")
    assert [connection.data for connection in connections] == [b"ab", b"ab", b"abcd"]
    assert played.evidence["connections_cut"] == 2.0


def test_reset_that_comes_before_the_cut_is_no_cut(play: Callable[..., Any]) -> None:
    played = play(Cut(after=0))
    played.send(0.0, end=End.RST)
    assert played.ends == [End.RST]
    assert not played.shown


def test_end_and_direction_are_words_in_a_file() -> None:
    fault = fault_from_json("cut", {"end": "RST", "direction": "upstream"})
    assert fault == Cut(end=End.RST, direction=Direction.UPSTREAM)


@pytest.mark.parametrize("settings", [{"end": "fin"}, {"direction": "sideways"}])
def test_word_that_means_nothing_is_refused_with_those_that_do(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"end is FIN, RST|direction is upstream, downstream, both"):
        fault_from_json("cut", settings)
