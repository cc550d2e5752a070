from __future__ import annotations

from itertools import groupby
from random import Random
from statistics import mean

import pytest

from ssechaos.faults.dice import Losses, memory


def throws(share: float, burst: float, count: int = 40_000) -> list[bool]:
    losses = Losses(share, burst, Random(7))
    return [losses.next() for _ in range(count)]


@pytest.mark.parametrize(("share", "burst"), [(0.1, 1.0), (0.1, 3.0), (0.3, 10.0), (0.05, 2.0)])
def test_average_share_is_kept_whatever_the_bursts(share: float, burst: float) -> None:
    assert mean(throws(share, burst)) == pytest.approx(share, rel=0.1)


@pytest.mark.parametrize("burst", [2.0, 5.0, 10.0])
def test_bursts_have_their_mean_length(burst: float) -> None:
    lengths = [len(list(run)) for lost, run in groupby(throws(0.2, burst)) if lost]
    assert mean(lengths) == pytest.approx(burst, rel=0.1)


def test_independent_losses_follow_one_another_by_chance_only() -> None:
    lengths = [len(list(run)) for lost, run in groupby(throws(0.2, 1.0)) if lost]
    assert mean(lengths) == pytest.approx(1 / (1 - 0.2), rel=0.05)


def test_memory_is_none_for_independent_losses_and_grows_with_the_bursts() -> None:
    assert memory(0.1, 1.0) == 0.0
    assert memory(0.1, 1 / 0.9) == pytest.approx(0.0)
    assert 0.6 < memory(0.1, 3.0) < 0.7 < memory(0.1, 10.0) < 1
