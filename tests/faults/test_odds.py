from __future__ import annotations

from random import Random

import pytest

from ssechaos.faults.odds import plausible


@pytest.mark.parametrize(
    ("hits", "trials", "share", "expected"),
    [
        (10, 100, 0.1, True),
        (5, 50, 0.1, True),
        (0, 50, 0.1, True),  # 0.5%: bad luck, but no proof
        (0, 100, 0.1, False),
        (50, 100, 0.1, False),
        (1000, 10_000, 0.1, True),
        (1200, 10_000, 0.1, False),
        (10, 10, 1.0, True),
        (9, 10, 1.0, False),
        (0, 0, 0.1, False),
    ],
)
def test_count_is_what_the_share_gives(hits: int, trials: int, share: float, expected: bool) -> None:  # noqa: FBT001
    assert plausible(hits, trials, share) is expected


@pytest.mark.parametrize("trials", [5, 60, 1000])
def test_true_share_is_rejected_less_than_once_in_a_thousand(trials: int) -> None:
    dice = Random(7)
    counts = [sum(dice.random() < 0.1 for _ in range(trials)) for _ in range(1000)]
    assert sum(not plausible(count, trials, 0.1) for count in counts) <= 3
