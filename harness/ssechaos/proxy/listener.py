"""Where a proxy accepts clients, with a gate: connection attempts are accepted, refused, or left unanswered.

In real time the kernel's own ways are used (``kernel.py``); a server in virtual time brings a gate of its own.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ssechaos.proxy.kernel import BACKLOG, KernelListener

if TYPE_CHECKING:
    from ssechaos.faults.base import Gate
    from ssechaos.proxy.kernel import Accepted, Failed


class Listener(Protocol):
    """A listening address with a gate."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""

    def set_gate(self, gate: Gate) -> None:
        """Meet connection attempts in this way from now on.

        Raises:
            OSError: the port was lost.
        """

    async def close(self) -> None:
        """Listen no more; attempts that hang are refused."""


async def listen(accepted: Accepted, failed: Failed, host: str, port: int) -> Listener:
    """Listen on ``host`` and ``port`` (0: any free one).

    Raises:
        OSError: the address can't be had.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(accepted, host, port, backlog=BACKLOG, start_serving=False)
    if isinstance(server, Gated):
        await server.start_serving()
        return GatedListener(server)
    try:
        return KernelListener(accepted, failed, server.sockets[0].getsockname())
    finally:
        server.close()


@runtime_checkable
class Gated(Protocol):
    """A server that has a gate itself, as those in virtual time do."""

    def set_gate(self, gate: str) -> None:
        """Meet connection attempts in this way from now on."""


class GatedListener:
    """A server in virtual time."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        self.address = server.sockets[0].getsockname()[:2]

    def set_gate(self, gate: Gate) -> None:
        """Meet connection attempts in this way from now on."""
        assert isinstance(self._server, Gated)  # noqa: S101 - narrows the type
        self._server.set_gate(gate.value)

    async def close(self) -> None:
        """Listen no more."""
        self._server.close()
