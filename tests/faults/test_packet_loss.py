from __future__ import annotations

from itertools import count, pairwise
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import End, PacketLoss
from ssechaos.faults import packet_loss as module

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random


@pytest.fixture
def lose(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``lose(1, 3)``: exactly the first and the third packet are lost, those that are sent again counted too."""

    def arrange(*which: int) -> None:
        numbers = count(1)

        class Chosen:
            def __init__(self, _share: float, _burst: float, _rng: Random) -> None:
                pass

            def next(self) -> bool:
                return next(numbers) in which

        monkeypatch.setattr(module, "Losses", Chosen)

    return arrange


def test_a_burst_does_not_wait_for_tcp_to_send_again(
    monkeypatch: pytest.MonkeyPatch, play: Callable[..., Any]
) -> None:
    episodes = []

    class Noted:
        def __init__(self, *_: object) -> None:
            episodes.append(self)

        def next(self) -> bool:
            return False

    monkeypatch.setattr(module, "Losses", Noted)
    played = play(PacketLoss(burst=3.0, rtt=0.01))
    for at in (0.0, 0.1, 0.2, 0.5):
        played.send(at, b"x")
    played.run()
    assert len(episodes) == 2


def test_a_packet_alone_that_is_lost_comes_a_timeout_later(
    lose: Callable[..., None], play: Callable[..., Any]
) -> None:
    lose(1)
    played = play(PacketLoss(rtt=0.4))
    played.send(0.0, b"x")
    assert played.run().times == pytest.approx([0.6])
    assert played.evidence["packets_lost"] == 1.0
    assert played.evidence["packets"] == 2.0


def test_what_comes_behind_a_lost_packet_waits_for_it(lose: Callable[..., None], play: Callable[..., Any]) -> None:
    lose(2)
    played = play(PacketLoss(rtt=0.05))
    for number in range(4):
        played.send(number * 0.02, b"%d" % number)
    played.run()
    assert played.data == b"0123"
    assert played.times == pytest.approx([0.0, *[0.04 + 0.05] * 3])


def test_a_fin_can_be_lost_too(lose: Callable[..., None], play: Callable[..., Any]) -> None:
    lose(2)
    played = play(PacketLoss(rtt=0.05))
    played.send(0.0, b"x")
    played.send(1.0, end=End.FIN)
    played.run()
    assert (played.times, played.ends) == (pytest.approx([0.0, 1.25]), [End.FIN])


@pytest.mark.parametrize(("share", "burst"), [(0.1, 1.0), (0.1, 3.0), (0.02, 1.0), (0.3, 5.0)])
def test_share_that_was_lost_lies_in_its_interval(share: float, burst: float, play: Callable[..., Any]) -> None:
    accepted = 0
    for seed in range(50):
        played = play(PacketLoss(share=share, burst=burst, rtt=0.01), f"{seed}")
        for number in range(400):
            played.send(number * 0.1, b"x")
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


REAL = {1.0: (0.054, 0.203), 3.0: (0.021, 0.227)}
"""Median and p90 of how late events were on the packet network, by burst (docs/agreement.md)."""


@pytest.mark.parametrize("burst", REAL)
def test_events_are_as_late_as_with_packets_that_are_really_lost(burst: float, play: Callable[..., Any]) -> None:
    late: list[float] = []
    for seed in range(60):
        late += lateness(play(PacketLoss(share=0.1, rtt=0.05, burst=burst), f"agree:{seed}"))
    late.sort()
    middle, slow = REAL[burst]
    assert late[len(late) // 2] == pytest.approx(middle, abs=0.03)
    assert slow / 2 < late[len(late) * 9 // 10] < slow * 2


def lateness(played: Any) -> list[float]:
    """Seconds that each of 50 events of 6150 bytes took, ten of which are sent a second."""
    size, arrived, late = 6150, 0, []
    for number in range(50):
        played.send(number * 0.1, bytes(size))
    played.run()
    for at, segment in played.out:
        whole = range(arrived // size, (arrived + len(segment.data)) // size)
        late += [at - number * 0.1 for number in whole]
        arrived += len(segment.data)
    return late
