from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import End, PacketLoss
from ssechaos.faults import packet_loss as module

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``lose(1, 3)``: exactly the first and the third packet are lost, each ``times`` times."""

    def arrange(*which: int, times: int = 1) -> None:
        resent = iter([0.0] * (times - 1))

        class Chosen:
            def __init__(self, _share: float, _burst: float, rng: Random) -> None:
                self.numbers: Iterator[int] = iter(range(1, 1000))
                rng.random = lambda: next(resent, 1.0)  # type: ignore[method-assign]

            def next(self) -> bool:
                return next(self.numbers) in which

        monkeypatch.setattr(module, "Losses", Chosen)

    return arrange


def test_lost_packet_comes_after_a_timeout_and_those_behind_it_wait(
    lose: Callable[..., None], play: Callable[..., Any]
) -> None:
    lose(2)
    played = play(PacketLoss(rtt=0.05))
    for number in range(4):
        played.send(number * 0.01, b"%d" % number)
    played.run()
    assert played.data == b"0123"
    assert played.times == pytest.approx([0.0, 0.21, 0.21, 0.21])


def test_timeout_is_two_round_trips_on_a_long_path(lose: Callable[..., None], play: Callable[..., Any]) -> None:
    lose(1)
    played = play(PacketLoss(rtt=0.4))
    played.send(0.0, b"x")
    assert played.run().times == pytest.approx([0.8])


def test_third_packet_behind_a_lost_one_has_it_resent_at_once(
    lose: Callable[..., None], play: Callable[..., Any]
) -> None:
    lose(1)
    played = play(PacketLoss(rtt=0.05))
    for number in range(5):
        played.send(number * 0.01, b"%d" % number)
    played.run()
    assert played.data == b"01234"
    assert played.times[0] == pytest.approx(0.03 + 0.05)


def test_packet_lost_twice_waits_for_its_timers(lose: Callable[..., None], play: Callable[..., Any]) -> None:
    lose(1, times=2)
    played = play(PacketLoss(rtt=0.05))
    for number in range(5):
        played.send(number * 0.01, b"%d" % number)
    played.run()
    assert played.times[0] == pytest.approx(0.2 + 0.4)
    assert played.evidence["packets_lost"] == 2.0
    assert played.evidence["packets"] == 7.0


def test_large_write_repairs_itself_because_its_own_packets_follow(
    lose: Callable[..., None], play: Callable[..., Any]
) -> None:
    lose(2)
    played = play(PacketLoss(rtt=0.05))
    played.send(0.0, bytes(1460 * 6))
    played.run()
    assert [len(segment.data) for _, segment in played.out] == [1460] * 6
    assert played.times == pytest.approx([0.0, *[0.05] * 5])


def test_fin_can_be_lost_too(lose: Callable[..., None], play: Callable[..., Any]) -> None:
    lose(2)
    played = play(PacketLoss(rtt=0.05))
    played.send(0.0, b"x")
    played.send(1.0, end=End.FIN)
    played.run()
    assert (played.times, played.ends) == (pytest.approx([0.0, 1.2]), [End.FIN])


def test_each_further_loss_of_a_packet_doubles_its_timeout(play: Callable[..., Any]) -> None:
    played = play(PacketLoss(share=0.5, rtt=0.1))
    for number in range(300):
        played.send(number * 1000.0, b"x")
    played.run()
    waits = {round(at % 1000.0, 3) for at in played.times}
    assert {0.0, 0.2, 0.6, 1.4, 3.0} <= waits
    assert all(wait in {round(0.2 * (2**losses - 1), 3) for losses in range(10)} for wait in waits if wait < 100)


@pytest.mark.parametrize(("share", "burst"), [(0.1, 1.0), (0.1, 3.0), (0.02, 1.0), (0.3, 5.0)])
def test_share_that_was_lost_lies_in_its_interval(share: float, burst: float, play: Callable[..., Any]) -> None:
    accepted = 0
    for seed in range(50):
        played = play(PacketLoss(share=share, burst=burst), f"{seed}")
        for number in range(400):
            played.send(number * 10.0, b"x")
        played.run()
        accepted += played.shown
    assert accepted >= 49 if share * 400 / burst > 10 else accepted >= 45


def test_another_share_than_the_set_one_proves_nothing() -> None:
    fault = PacketLoss(share=0.1)
    assert fault.shown_by({"packets": 1000.0, "packets_lost": 100.0})
    assert not fault.shown_by({"packets": 1000.0, "packets_lost": 200.0})
    assert not fault.shown_by({"packets": 10.0, "packets_lost": 0.0})


def test_bytes_come_whole_and_in_order(play: Callable[..., Any]) -> None:
    played = play(PacketLoss(share=0.4, burst=4.0))
    for number in range(200):
        played.send(number * 0.02, b"%05d" % number * 900)
    played.run()
    assert played.data == played.sent
    assert all(earlier <= later for earlier, later in pairwise(played.times))


def test_loss_is_modelled_not_real() -> None:
    assert PacketLoss.modelled


def test_bursts_shorter_than_those_of_chance_are_refused() -> None:
    assert PacketLoss(share=0.5, burst=2.0)
    with pytest.raises(UsageError, match="burst is 1, or at least 2"):
        PacketLoss(share=0.5, burst=1.5)
