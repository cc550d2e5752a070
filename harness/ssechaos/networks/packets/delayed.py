"""A steady delay, made by netem: shown by its counters, and by how long a handshake of our own takes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.networks.packets.forwarder import SEEN_WITHIN
from ssechaos.networks.packets.netem import Delay

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ssechaos.networks.packets.forwarder import Forwarder
    from ssechaos.networks.packets.means import Means
    from ssechaos.networks.packets.netem import Passed
    from ssechaos.networks.packets.router import Router

_ACQUAINTED_WITHIN = 0.2  # seconds, on a path that another fault may have closed


class Delayed:
    """The delay of one fault, from its begin to its end."""

    def __init__(self, key: Hashable, means: Means, router: Router, forwarder: Forwarder) -> None:
        self._key = key
        self._means = means
        self._router = router
        self._forwarder = forwarder
        self._before: Passed
        self._shaken: asyncio.Task[float] | None = None

    async def begin(self) -> None:
        """Put it in force."""
        means = self._means
        # Whoever has to ask for a neighbour's address first (ARP) would wait for the answer, delayed likewise.
        await self._forwarder.see(self._router.client_address, _ACQUAINTED_WITHIN)
        self._before = await self._router.passed(means.direction)
        await self._router.delay(self._key, Delay(means.direction, means.delay, means.least_delay))
        if means.delay:  # the least delay belongs to a loss, which has counters of its own
            self._shaken = asyncio.create_task(self._shake_hands())

    async def end(self) -> dict[str, float]:
        """Take it back; return what was counted. What is on its way arrives as late as it would have."""
        took = await self._handshake()
        after = await self._router.passed(self._means.direction)
        await self._router.hurry(self._key)
        if took is None:
            return {}
        ways = 2 if self._means.direction is Direction.BOTH else 1
        return {
            "packets": float(after.packets - self._before.packets),
            "bytes_held": float(after.size - self._before.size),
            "longest_hold": round(took / ways, 6),
        }

    async def _shake_hands(self) -> float:
        """Seconds that the first handshake takes which comes about: other faults may be in its way."""
        while True:
            took = await self._forwarder.see(self._router.client_address, SEEN_WITHIN + 4 * self._means.delay)
            if took is not None:
                return took

    async def _handshake(self) -> float | None:
        if self._shaken is None:
            return None
        done, _ = await asyncio.wait([self._shaken], timeout=SEEN_WITHIN)
        if not done:
            self._shaken.cancel()
            await asyncio.wait([self._shaken])
            return 0.0
        return self._shaken.result()
