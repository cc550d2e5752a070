"""What `get_extra_info("socket")` and `Server.sockets` give out: addresses and options, no descriptor."""

from __future__ import annotations

import errno
import os
import socket
import struct
from typing import Any

Address = tuple[str, int] | str
"""A TCP address (host, port), or the path of a Unix socket; the client's end of the latter is ""."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def family_of(address: Address) -> socket.AddressFamily:
    """The address family that an address belongs to."""
    if isinstance(address, str):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in address[0] else socket.AF_INET


def sockaddr(address: Address) -> Any:
    """The address in the form that the `socket` module uses: IPv6 has flow and scope as well."""
    return (*address, 0, 0) if family_of(address) == socket.AF_INET6 else address


class SimulatedSocket:
    """One end of a connection, or a listening socket, as far as a program may look at it."""

    type = socket.SOCK_STREAM

    def __init__(self, local: Address, peer: Address | None = None) -> None:
        self.local = local
        self.peer = peer
        self.family = family_of(local)
        self.proto = 0 if self.family == socket.AF_UNIX else socket.IPPROTO_TCP
        self._options: dict[tuple[int, int], int | bytes] = {}

    def __repr__(self) -> str:
        return f"<SimulatedSocket {self.local!r} peer={self.peer!r}>"

    def getsockname(self) -> Any:
        """The local address."""
        return sockaddr(self.local)

    def getpeername(self) -> Any:
        """The peer's address; `OSError` (ENOTCONN) on a listening socket, as the kernel has it."""
        if self.peer is None:
            raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))
        return sockaddr(self.peer)

    def setsockopt(self, level: int, option: int, value: int | bytes) -> None:
        """Remember an option. Only SO_LINGER(1, 0) changes what the connection does."""
        self._options[level, option] = value

    def getsockopt(self, level: int, option: int, _length: int = 0) -> int | bytes:
        """The value last set, or 0."""
        return self._options.get((level, option), 0)

    @property
    def resets_on_close(self) -> bool:
        """Whether SO_LINGER(1, 0) is set: closing then sends RST instead of FIN (socket(7), tcp(7))."""
        return self._options.get((socket.SOL_SOCKET, socket.SO_LINGER)) == _RESET_ON_CLOSE

    def fileno(self) -> int:
        """Always -1, as for a closed socket: there is no descriptor."""
        return -1
