from __future__ import annotations

from statistics import mean
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import End, Latency

if TYPE_CHECKING:
    from collections.abc import Callable


def test_every_byte_takes_the_delay(play: Callable[..., Any]) -> None:
    played = play(Latency(delay=0.2))
    for at in (1.0, 1.05, 2.0):
        played.send(at, b"x")
    played.send(3.0, end=End.FIN)
    played.run()
    assert played.times == pytest.approx([1.2, 1.25, 2.2, 3.2])
    assert played.shown


def test_jitter_is_uniform_around_the_delay(play: Callable[..., Any]) -> None:
    played = play(Latency(delay=0.2, jitter=0.1))
    for at in range(500):
        played.send(float(at), b"x")
    played.run()
    took = [at - place for place, at in enumerate(played.times)]
    assert 0.1 <= min(took) < 0.11
    assert 0.29 < max(took) <= 0.3
    assert mean(took) == pytest.approx(0.2, abs=0.01)


def test_jitter_alone_never_makes_an_rst_overtake(play: Callable[..., Any]) -> None:
    for seed in range(50):
        played = play(Latency(delay=0.2, jitter=0.2), f"{seed}")
        played.send(0.0, b"x")
        played.send(0.001, end=End.RST)
        played.run()
        assert played.data == b"x"


def test_round_trip_is_halved_for_each_way() -> None:
    assert Latency.round_trip(0.4, 0.1) == Latency(delay=0.2, jitter=0.05)


def test_jitter_may_not_lead_into_the_past() -> None:
    with pytest.raises(UsageError, match="at most the delay"):
        Latency(delay=0.1, jitter=0.2)


def test_hold_below_the_least_delay_proves_nothing() -> None:
    fault = Latency(delay=0.2, jitter=0.05)
    assert fault.shown_by({"bytes_held": 1.0, "longest_hold": 0.1495})
    assert not fault.shown_by({"bytes_held": 1.0, "longest_hold": 0.14})
