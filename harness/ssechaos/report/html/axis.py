"""Seconds to pixels: one time axis for all pictures of a card, so that they can be read from top to bottom."""

from __future__ import annotations

import math
from dataclasses import dataclass

WIDTH = 960
LEFT, RIGHT = 112, 20
"""Margins: names of lanes and numbers of axes stand in the left one."""
ROOM = WIDTH - LEFT - RIGHT

_MOST_TICKS = 10


@dataclass(frozen=True, slots=True)
class Axis:
    """From 0 to ``most``, over ``length`` pixels that begin at ``start``; a negative length runs upwards."""

    most: float
    start: float = LEFT
    length: float = ROOM

    def __call__(self, value: float) -> float:
        """The pixel of a value; what lies outside is drawn at the edge."""
        share = value / self.most if self.most > 0 else 0.0
        return self.start + min(max(share, 0.0), 1.0) * self.length

    def ticks(self, most: int = _MOST_TICKS) -> list[float]:
        """Round values to mark, not more than ``most`` and the zero."""
        step = nice(self.most / most)
        return [step * number for number in range(int(self.most / step + 1e-9) + 1)]


def nice(value: float) -> float:
    """The least of 1, 2, 5, 10, 20, 50 … (and of 0.1, 0.2, 0.5 …) that is not below ``value``."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9)))


def seconds(value: float) -> str:
    """A moment or a duration, as short as its size allows."""
    if 0 < value < 1:
        return f"{value * 1000:.3g} ms"
    return f"{value:.4g} s"


def moment(value: float) -> str:
    """A moment of the run as findings write it, to the hundredth of a second."""
    return f"{value:.2f} s"
