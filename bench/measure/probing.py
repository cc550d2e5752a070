"""The process that measures what faults do: the server behind the proxy, and its clients."""

from __future__ import annotations

import asyncio
from typing import Self

from bench.measure import bulk, pings, stamps
from bench.measure.orders import answer, ordered

_INTERVAL = 0.01
"""Seconds between timed messages."""

_PINGERS = 60
"""Connections that send pings side by side."""


class Probes:
    """Measurements of one path each, the path being an address that leads to the server here."""

    async def __aenter__(self) -> Self:
        self._answering: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    async def address(self) -> tuple[str, int]:
        """The server, without a proxy."""
        host, port = self._server.sockets[0].getsockname()
        return host, port

    async def rate(self, path: tuple[str, int], size: int) -> float:
        """Bytes per second of a transfer of ``size`` bytes to the client."""
        async with ordered(path, f"bulk {size}") as (reader, _):
            return await bulk.rate(reader, size)

    async def one_way(self, path: tuple[str, int], count: int) -> list[float]:
        """Seconds from the server to the client, of each of ``count`` messages."""
        async with ordered(path, f"stamps {count} {_INTERVAL}") as (reader, _):
            return await stamps.ages(reader, count)

    async def round_trips(self, path: tuple[str, int], count: int) -> list[float]:
        """Seconds from the client to the server and back."""
        async with ordered(path, "echo") as streams, asyncio.TaskGroup() as both:
            both.create_task(stamps.send(*streams, count, _INTERVAL))
            return await stamps.ages(streams[0], count)

    async def losses(self, path: tuple[str, int], seconds: float, timeout: float) -> pings.Packets:  # noqa: ASYNC109 - TCP's
        """Packets that the server sent and that were lost; ``timeout`` is that of the fault."""

        async def pinger() -> pings.Packets:
            async with ordered(path, "echo") as streams:
                return await pings.ping(*streams, seconds, timeout)

        return pings.total(await asyncio.gather(*(pinger() for _ in range(_PINGERS))))

    def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(answer(reader, writer))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)
