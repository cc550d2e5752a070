"""A server that sends what it is asked for: a client's first line names an order and its numbers."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bench.measure import bulk, stamps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    Order = Callable[..., Awaitable[None]]

_ORDERS: Mapping[str, Order] = {"bulk": bulk.send, "stamps": stamps.send, "echo": stamps.echo}


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one client's order, then close; a client that went away knows so itself."""
    try:
        with suppress(ConnectionError):
            name, *numbers = (await reader.readline()).split()
            await _ORDERS[name.decode()](reader, writer, *map(float, numbers))
    finally:
        writer.close()


@asynccontextmanager
async def ordered(
    address: tuple[str, int], order: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection on which ``order`` was given."""
    reader, writer = await asyncio.open_connection(*address)
    try:
        writer.write(f"{order}\n".encode())
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
