"""A rate that any number of pipes share by turns, without telling each other.

A pipe reserves the time of one slice, and reserves the next only when that has passed. So the pipes that have
something to send take turns, none has to be woken when another one stops, and times follow from times, never
from when a driver got round to asking: lag does not accumulate.
"""

from __future__ import annotations

_FRAME = 1460
"""Bytes of data in one TCP packet on Ethernet: the least that a real link carries at once."""
_SLICE_SECONDS = 0.005


class Pace:
    """One rate, in bytes per second."""

    __slots__ = ("_free_at", "_rate", "slice_size")

    def __init__(self, rate: float) -> None:
        """``rate`` is bytes per second."""
        self._rate = rate
        self._free_at = 0.0
        self.slice_size = max(_FRAME, int(rate * _SLICE_SECONDS))
        """Most bytes that pass as one: a packet on a slow link, 5 ms worth on a fast one."""

    def reserve(self, now: float, size: int) -> float:
        """When ``size`` bytes, which could begin to pass now, have passed."""
        self._free_at = max(now, self._free_at) + size / self._rate
        return self._free_at
