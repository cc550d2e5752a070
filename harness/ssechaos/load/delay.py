"""How late the events of a stream came. No I/O.

Only differences count, so the server's clock need not agree with ours: each event is compared with the one that
came earliest for its time. That one's own delay is not in the figures.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_FEWEST = 3
"""Events of which two can be late for the third."""


def intervals(times: Sequence[float]) -> list[float]:
    """Seconds between each two events."""
    return [after - before for before, after in pairwise(times)]


def behind_stamps(times: Sequence[float], stamps: Sequence[float]) -> list[float]:
    """Seconds by which each event came late, by the times at which the server says that it sent them."""
    return _behind(times, stamps) if len(times) >= _FEWEST else []


def behind_pace(times: Sequence[float]) -> list[float]:
    """Seconds by which each event came late, if the server sent them evenly from the first to the last."""
    if len(times) < _FEWEST:
        return []
    pace = (times[-1] - times[0]) / (len(times) - 1)
    return _behind(times, (number * pace for number in range(len(times))))


def _behind(times: Iterable[float], due: Iterable[float]) -> list[float]:
    offsets = [time - planned for time, planned in zip(times, due, strict=True)]
    earliest = min(offsets)
    return [offset - earliest for offset in offsets]
