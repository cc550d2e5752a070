"""The statistics of the benchmark."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Z_99 = 2.5758
"""Standard deviations to both sides of the mean that hold 99% of a normal distribution."""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of ``values`` that ``share`` of them do not exceed (nearest rank)."""
    return sorted(values)[max(1, ceil(share * len(values))) - 1]


def interval_99(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 99% interval of a probability that hit ``hits`` times in ``trials``, which are at least one."""
    share = hits / trials
    weight = 1 + _Z_99**2 / trials
    middle = (share + _Z_99**2 / (2 * trials)) / weight
    reach = _Z_99 * sqrt(share * (1 - share) / trials + _Z_99**2 / (4 * trials**2)) / weight
    return max(0.0, middle - reach), min(1.0, middle + reach)


def median_of(samples: Iterable[Sequence[float]], figure: Callable[[Sequence[float]], float]) -> float:
    """The median, over repeats, of one figure of each repeat's values."""
    return median(figure(values) for values in samples)


def p50(values: Sequence[float]) -> float:
    """The median by nearest rank."""
    return quantile(values, 0.5)


def p99(values: Sequence[float]) -> float:
    """What 99% of the values do not exceed."""
    return quantile(values, 0.99)
