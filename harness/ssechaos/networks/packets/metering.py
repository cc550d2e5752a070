"""Looks at a queue again and again, so that its rate is known while it was busy."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ssechaos.networks.packets.shaping import Meter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ssechaos.networks.packets.shaping import Sample

LOOK_EVERY = 0.1
"""Seconds between two looks, each of which starts a program."""


class Metering:
    """A queue under observation, until it is ended."""

    def __init__(self, look: Callable[[], Awaitable[Sample]], first: Sample) -> None:
        self._look = look
        self._meter = Meter(first)
        self._task = asyncio.get_running_loop().create_task(self._go_on())

    async def end(self) -> Mapping[str, float]:
        """Look once more, then no more; return what was measured."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._meter.take(await self._look())
        return self._meter.evidence()

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._meter.take(await self._look())
