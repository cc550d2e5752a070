"""One long transfer, timed where it arrives."""

from __future__ import annotations

import asyncio

from bench.measure.errors import BenchError

_CHUNK = 64 * 1024


async def send(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, size: float) -> None:
    """Send ``size`` bytes as fast as they are taken."""
    left = int(size)
    while left:
        chunk = min(left, _CHUNK)
        writer.write(bytes(chunk))
        await writer.drain()
        left -= chunk


async def rate(reader: asyncio.StreamReader, size: int) -> float:
    """Bytes per second of a transfer of ``size`` bytes.

    From the first arrival to the last, without the bytes of the first: those passed before the time began.

    Raises:
        BenchError: other than ``size`` bytes came, or all at once.
    """
    clock = asyncio.get_running_loop().time
    first = len(await reader.read(_CHUNK))
    began = ended = clock()
    total = first
    while data := await reader.read(_CHUNK):
        total += len(data)
        ended = clock()
    if total != size or began == ended:
        raise BenchError(f"a transfer of {size} bytes brought {total} in {ended - began} s; is the rate too low?")
    return (total - first) / (ended - began)
