"""What the server asks of the kernel for its connections; nothing where a transport has no TCP socket."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

_KERNEL_BUFFER = 64 * 1024


def notice_slow_consumers(transport: asyncio.Transport, patience: float) -> None:
    """Keep the kernel from hiding that a peer takes nothing: it holds back little, and not for ever.

    Without a bound, Linux takes some megabytes off the application's hands. When all that waits fits into the
    kernel's buffer, the application sees nothing of it, so the kernel gives up by itself (TCP_USER_TIMEOUT,
    RFC 5482; Linux only), after twice the ``patience``, in seconds: the application has the first word.
    """
    _set(transport, socket.SOL_SOCKET, socket.SO_SNDBUF, _KERNEL_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        _set(transport, socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, max(1, round(2 * patience * 1000)))


def reset(transport: asyncio.Transport) -> None:
    """Break a connection as a crash does: an RST, and nothing that is still waiting is sent (SO_LINGER of 0)."""
    _set(transport, socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _set(transport: asyncio.Transport, level: int, option: int, value: int | bytes) -> None:
    tcp: socket.socket | None = transport.get_extra_info("socket")
    if tcp is not None and tcp.family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):  # it is closed already: there is nothing left to ask for
            tcp.setsockopt(level, option, value)
