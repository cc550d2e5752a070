"""The process of the load: a source of many streams and their sinks, before and behind the proxy."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import TYPE_CHECKING, Self

from bench.measure.sink import KeepingSink, Sink, TimingSink
from bench.measure.source import EVENT_SIZE, HEAD, Source, numbered, wait_until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_AT_ONCE = 200
"""Connects that are under way side by side."""


class Streams:
    """Streams on one path at a time, the path being an address that leads to the source here."""

    async def __aenter__(self) -> Self:
        self._sinks: list[Sink] = []
        self._source = await Source().__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        for sink in self._sinks:
            sink.close()
        await self._source.__aexit__(*exc)

    async def address(self) -> tuple[str, int]:
        """The source, without a proxy."""
        return self._source.address

    async def open(self, path: tuple[str, int], count: int, kind: type[Sink]) -> int:
        """Open ``count`` streams; return how many could not be opened."""
        fates = [fate async for fate in _connected(path, [kind(number) for number in range(count)])]
        self._sinks = [fate for fate in fates if isinstance(fate, Sink)]
        await self._source.settle(len(self._sinks))
        return count - len(self._sinks)

    async def close(self) -> None:
        """Close them all, and wait until the source knows."""
        for sink in self._sinks:
            sink.close()
        self._sinks = []
        await self._source.settle(0)

    async def saturate(self, seconds: float) -> tuple[int, float]:
        """Send as much as is taken; how many events arrived meanwhile, and the seconds that it took."""
        clock = asyncio.get_running_loop().time
        began, before = clock(), self._received()
        await self._source.saturate(seconds)
        return (self._received() - before) // EVENT_SIZE, clock() - began

    async def pace(self, seconds: float, rate: float) -> list[float]:
        """Send ``rate`` events per second in all; the seconds that each was under way. For timing sinks."""
        await self._source.pace(seconds, rate)
        await asyncio.sleep(0.5)
        return list(chain.from_iterable(sink.ages for sink in self._sinks if isinstance(sink, TimingSink)))

    async def deliver(self, count: int) -> int:
        """Send each stream ``count`` events of its own; how many streams got theirs whole. For keeping sinks."""
        await self._source.deliver(count)
        size = len(HEAD) + count * EVENT_SIZE
        waiting = set(self._sinks)

        def all_there() -> bool:
            waiting.difference_update([sink for sink in waiting if sink.received >= size or sink.closed])
            return not waiting

        await wait_until(all_there, "the last events")
        return sum(_intact(sink, count) for sink in self._sinks)

    def _received(self) -> int:
        return sum(sink.received for sink in self._sinks)


def _intact(sink: Sink, count: int) -> bool:
    assert isinstance(sink, KeepingSink)  # noqa: S101 - narrows the type
    expected = HEAD + b"".join(numbered(sink.number, number) for number in range(count))
    return not sink.closed and sink.bytes == expected


async def _connected(path: tuple[str, int], sinks: list[Sink]) -> AsyncIterator[Sink | BaseException]:
    for start in range(0, len(sinks), _AT_ONCE):
        batch = [_connect(path, sink) for sink in sinks[start : start + _AT_ONCE]]
        for fate in await asyncio.gather(*batch, return_exceptions=True):
            yield fate


async def _connect(path: tuple[str, int], sink: Sink) -> Sink:
    await asyncio.get_running_loop().create_connection(lambda: sink, *path)
    return sink
