"""Which packets are lost: each by itself, or in bursts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random


class Losses:
    """Loses a share of what passes, in bursts of a mean length.

    Bursts follow Gilbert's two-state chain (Bell System Technical Journal 39, 1960) with nothing lost in the good
    state and everything in the bad one. A mean of 1 / (1 - share) is what independent losses have by chance.
    """

    def __init__(self, share: float, burst: float, rng: Random) -> None:
        """``burst`` is the mean number of losses in a row; 1 stands for independent losses."""
        self._rng = rng
        self._after_loss = share if burst == 1 else 1 - 1 / burst
        self._after_none = share if burst == 1 else share / (burst * (1 - share))
        self._share = share
        self._lost: bool | None = None

    def next(self) -> bool:
        """Whether the next one is lost."""
        odds = self._share if self._lost is None else self._after_loss if self._lost else self._after_none
        self._lost = self._rng.random() < odds
        return self._lost


def memory(share: float, burst: float) -> float:
    """How far one loss foretells the next, from 0 for independent ones: the correlation of neighbours."""
    return 0.0 if burst == 1 else 1 - 1 / burst - share / (burst * (1 - share))
