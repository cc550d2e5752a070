"""Where a proxy accepts clients, with a gate: connection attempts are accepted, refused, or left unanswered.

In real time the kernel's own ways are used (``kernel.py``); a server in virtual time brings a gate of its own.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from ssechaos.proxy.kernel import BACKLOG, KernelListener

if TYPE_CHECKING:
    from collections.abc import Callable

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


async def listen(
    accepted: Accepted, failed: Failed, address: tuple[str, int], send_buffer: int | None = None
) -> Listener:
    """Listen on a host and port (0: any free one). ``send_buffer`` is the kernel's; in virtual time there is none.

    Raises:
        OSError: the address can't be had.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(accepted, *address, backlog=BACKLOG, start_serving=False)
    set_gate: Callable[[str], None] | None = getattr(server, "set_gate", None)  # those in virtual time have one
    if set_gate is not None:
        await server.start_serving()
        return GatedListener(server, set_gate)
    try:
        return KernelListener(accepted, failed, server.sockets[0].getsockname(), send_buffer)
    finally:
        server.close()


class GatedListener:
    """A server in virtual time."""

    def __init__(self, server: asyncio.Server, set_gate: Callable[[str], None]) -> None:
        self._server = server
        self._set_gate = set_gate
        self.address = server.sockets[0].getsockname()[:2]

    def set_gate(self, gate: Gate) -> None:
        """Meet connection attempts in this way from now on."""
        self._set_gate(gate.value)

    async def close(self) -> None:
        """Listen no more."""
        self._server.close()
