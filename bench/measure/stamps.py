"""Small messages that carry the time at which they were sent.

All processes of a machine share one monotonic clock, but here sender and receiver are even of one process.
"""

from __future__ import annotations

import asyncio
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_MESSAGE = struct.Struct("!d56x")
"""64 bytes, so that a message is one packet."""


async def send(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: float, interval: float) -> None:
    """Send ``count`` stamped messages, ``interval`` seconds apart."""
    async for now in _ticks(int(count), interval):
        writer.write(_MESSAGE.pack(now))


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send back what comes."""
    while data := await reader.read(_MESSAGE.size):
        writer.write(data)


async def ages(reader: asyncio.StreamReader, count: int) -> list[float]:
    """Seconds that each of ``count`` messages was under way."""
    clock = asyncio.get_running_loop().time
    found = []
    for _ in range(count):
        (sent,) = _MESSAGE.unpack(await reader.readexactly(_MESSAGE.size))
        found.append(clock() - sent)
    return found


async def _ticks(count: int, interval: float) -> AsyncIterator[float]:
    clock = asyncio.get_running_loop().time
    begin = clock()
    for number in range(count):
        await asyncio.sleep(begin + number * interval - clock())
        yield clock()
