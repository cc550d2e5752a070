"""Runs that are opened together begin when all of them are ready.

Starting containers takes the processors of a small machine; a run that had begun already would be measured against
that. So whoever is ready waits until nobody is being started any more.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class StartingLine:
    """Where runs wait for each other."""

    def __init__(self, spacing: float) -> None:
        """``spacing`` is the seconds between the starts of two of them."""
        self._spacing = spacing
        self._waiting = 0
        self._coming = 0
        self._cleared = asyncio.Event()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """A run is being started for as long as the context lasts."""
        self._coming += 1
        self._cleared.clear()
        try:
            yield
        finally:
            self._coming -= 1
            if not self._coming:
                self._cleared.set()

    async def clear(self) -> None:
        """Wait until no run is being started; then one begins after the other, in the order in which they came."""
        place = self._waiting
        self._waiting += 1
        try:
            await self._cleared.wait()
            await asyncio.sleep(place * self._spacing)
        finally:
            self._waiting -= 1
