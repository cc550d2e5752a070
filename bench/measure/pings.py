"""Packet loss as a receiver sees it, without asking the fault: one small packet at a time, and how late it is.

A packet that was lost k times arrives 2^(k-1) timeouts late: the first is the probe's, and from the second on they
double. With one packet under way there are no later ones whose acknowledgements would repair it earlier, nor any
that wait behind it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PING = bytes(64)
_PAUSE = 0.03
_MOST_TIMEOUTS = 8
"""How many timeouts a late packet is awaited for: until it was sent, and lost, four times."""


@dataclass(frozen=True, slots=True)
class Packets:
    """How many were sent, those sent again included, and how many of them were lost."""

    sent: int = 0
    lost: int = 0


def total(packets: Iterable[Packets]) -> Packets:
    """All of them together."""
    counted = tuple(packets)
    return Packets(sum(some.sent for some in counted), sum(some.lost for some in counted))


def losses(delay: float, timeout: float) -> int:
    """How many times a packet was lost that came ``delay`` seconds late."""
    return int(log2(delay / timeout)) + 1 if delay >= timeout else 0


async def ping(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    seconds: float,
    timeout: float,  # noqa: ASYNC109 - TCP's
) -> Packets:
    """Send pings to an echo, one at a time, for ``seconds``; TCP resends after ``timeout`` seconds at first."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    sent = lost = 0
    while clock() < end:
        began = clock()
        writer.write(_PING)
        try:
            async with asyncio.timeout(_MOST_TIMEOUTS * timeout):
                await reader.readexactly(len(_PING))
        except TimeoutError:
            # All that were sent so far were lost; this connection has had its turn.
            given_up = losses(clock() - began, timeout) + 1
            return Packets(sent + given_up, lost + given_up)
        late = losses(clock() - began, timeout)
        sent, lost = sent + late + 1, lost + late
        await asyncio.sleep(_PAUSE)
    return Packets(sent, lost)
