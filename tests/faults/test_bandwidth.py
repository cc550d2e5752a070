from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Bandwidth, End, kbit

if TYPE_CHECKING:
    from collections.abc import Callable


def test_kbit_are_a_thousand_bits_per_second() -> None:
    assert kbit(100) == 12_500


@pytest.mark.parametrize("rate", [4_000.0, 12_500.0, 180_000.0, 1_012_500.0, 12_500_000.0])
def test_rate_is_exact_whatever_it_is(rate: float, play: Callable[..., Any]) -> None:
    played = play(Bandwidth(rate=rate))
    size = int(rate * 3)
    played.send(0.0, bytes(size))
    played.run()
    assert played.now == pytest.approx(size / rate, rel=0.001)
    assert played.evidence["rate"] == pytest.approx(rate, rel=0.001)
    assert played.shown


def test_lag_of_the_driver_does_not_add_up(play: Callable[..., Any]) -> None:
    played = play(Bandwidth(rate=100_000.0))
    played.send(0.0, bytes(1_000_000))
    while (due := played.link.deadline()) is not None:
        late = due + 0.004
        played.out += [(late, segment) for segment in played.link.advance(late)]
    assert played.out[-1][0] == pytest.approx(10.0, abs=0.005)


def test_small_event_takes_its_own_time_and_no_more(play: Callable[..., Any]) -> None:
    played = play(Bandwidth(rate=1000.0))
    played.send(5.0, b"x" * 100)
    played.run()
    assert played.times == [5.1]


def test_slow_link_passes_packets_and_a_fast_one_five_milliseconds_worth(play: Callable[..., Any]) -> None:
    for rate, size in ((12_500.0, 1460), (12_500_000.0, 62_500)):
        played = play(Bandwidth(rate=rate))
        played.send(0.0, bytes(200_000))
        played.run()
        assert len(played.out[0][1].data) == size


def test_fin_comes_after_the_bytes(play: Callable[..., Any]) -> None:
    played = play(Bandwidth(rate=1000.0))
    played.send(0.0, b"x" * 2000)
    played.send(0.5, end=End.FIN)
    played.run()
    assert played.data == b"x" * 2000
    assert (played.times[-1], played.ends) == (2.0, [End.FIN])


def test_shared_rate_is_divided_fairly_by_turns(play: Callable[..., Any]) -> None:
    first = play(Bandwidth(rate=10_000.0, shared=True))
    second = first.again()
    for played in (first, second):
        played.send(0.0, bytes(30_000))
    at_half: dict[str, int] = {}
    while True:
        due = [(at, name) for name, p in (("a", first), ("b", second)) if (at := p.link.deadline()) is not None]
        if not due:
            break
        at, name = min(due)
        (first if name == "a" else second).run(at)
        if at <= 3.0:
            at_half = {"a": len(first.data), "b": len(second.data)}
    assert abs(at_half["a"] - at_half["b"]) <= 1460
    assert max(first.now, second.now) == pytest.approx(6.0, rel=0.001)
    assert first.installation.evidence(6.0)["total_rate"] == pytest.approx(10_000, rel=0.001)
    assert first.installation.fault.shown_by(first.installation.evidence(6.0))


def test_connection_that_is_alone_has_the_whole_shared_rate(play: Callable[..., Any]) -> None:
    played = play(Bandwidth(rate=10_000.0, shared=True))
    played.again()
    played.send(0.0, bytes(30_000))
    assert played.run().now == pytest.approx(3.0)


def test_measured_rate_above_the_set_one_proves_the_contrary() -> None:
    fault = Bandwidth(rate=1000.0)
    assert fault.shown_by({"rate": 1040.0})
    assert not fault.shown_by({"rate": 1100.0})
    assert not fault.shown_by({"bytes": 10.0})
    shared = Bandwidth(rate=1000.0, shared=True)
    assert not shared.shown_by({"rate": 550.0, "total_rate": 1100.0})


@pytest.mark.parametrize("rate", [0, -1])
def test_rate_of_nothing_is_refused_and_a_stall_proposed(rate: float) -> None:
    with pytest.raises(UsageError, match="use Stall"):
        Bandwidth(rate=rate)
