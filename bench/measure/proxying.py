"""The process of the proxy under measurement."""

from __future__ import annotations

import asyncio
import resource
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ssechaos.proxy import Proxy

if TYPE_CHECKING:
    from ssechaos.model import Fault

SEED = "bench"


@dataclass(frozen=True, slots=True)
class Turns:
    """What the kernel's scheduler tells of a process, to know the machine's share in a latency."""

    waited: float
    """Seconds that it had work but no core, because others had them."""
    count: int
    """How often it got one."""

    def wait_since(self, before: Turns) -> float:
        """Mean seconds that it waited each time."""
        return (self.waited - before.waited) / max(1, self.count - before.count)


class ProxyHost:
    """One proxy at a time, and what it costs."""

    async def __aenter__(self) -> Self:
        self._open = AsyncExitStack()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._open.aclose()

    async def open(self, upstream: tuple[str, int], fault: Fault | None) -> tuple[str, int]:
        """Put a proxy in front of ``upstream``, with ``fault`` in force; return its address."""
        self._proxy = await self._open.enter_async_context(Proxy(upstream, seed=SEED))
        if fault is not None:
            await self._proxy.add("bench", fault)
        return self._proxy.address

    async def close(self) -> None:
        """Close the proxy.

        Raises:
            NetworkError: it broke meanwhile.
        """
        await self._open.aclose()
        self._proxy.check()

    async def cpu(self) -> float:
        """Seconds of processor time that this process has used."""
        return time.process_time()

    async def turns(self) -> Turns:
        """How this process has fared among those that want a core."""
        _, waited, turns = map(int, _of_this_process("schedstat"))
        return Turns(waited / 1e9, turns)

    async def lateness(self, count: int, interval: float) -> list[float]:
        """Seconds by which each of ``count`` bare timers of this process's loop is late: no fault is better."""
        clock = asyncio.get_running_loop().time
        late = []
        for _ in range(count):
            due = clock() + interval
            await asyncio.sleep(interval)
            late.append(clock() - due)
        return late

    async def memory(self) -> int:
        """Bytes of memory that this process has resident."""
        return int(_of_this_process("statm")[1]) * resource.getpagesize()


def _of_this_process(file: str) -> list[str]:
    return Path("/proc/self", file).read_text(encoding="ascii").split()
