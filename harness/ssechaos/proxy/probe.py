"""A proxy's own attempt to connect, as evidence that its gate is closed.

When nothing listens, nobody sees the clients that are refused, so the proxy tries itself: once, when the gate
closes. One attempt shows that the gate works; how many clients met it is known from the clients.
"""

from __future__ import annotations

import asyncio

from ssechaos.faults.base import Gate

REFUSAL_TIMEOUT = 1.0
"""Seconds for a refusal to arrive, which takes a round trip on this machine."""

_SHOWS = {Gate.REFUSE: "connections_refused", Gate.HANG: "connections_held"}


class Probe:
    """One attempt to connect while ``gate`` is in force."""

    def __init__(self, gate: Gate, address: tuple[str, int]) -> None:
        """The attempt begins now."""
        self._gate = gate
        loop = asyncio.get_running_loop()
        self._attempt = loop.create_task(_connect(address))

    async def settle(self) -> None:
        """Wait for the refusal when one is to come."""
        if self._gate is Gate.REFUSE:
            await asyncio.wait([self._attempt], timeout=REFUSAL_TIMEOUT)

    async def end(self) -> dict[str, float]:
        """Give up, and tell as evidence whether the attempt was met as it should: refused, or held until now."""
        self._attempt.cancel()
        await asyncio.wait([self._attempt])
        met = Gate.HANG if self._attempt.cancelled() else self._attempt.result()
        return {_SHOWS[self._gate]: float(met is self._gate)}


async def _connect(address: tuple[str, int]) -> Gate:
    loop = asyncio.get_running_loop()
    try:
        transport, _ = await loop.create_connection(asyncio.Protocol, *address)
    except OSError:
        return Gate.REFUSE
    transport.close()
    return Gate.ACCEPT
