"""Names, addresses and ports of the simulated host: who answers to what, and which ports are taken."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections import Counter
from functools import lru_cache
from typing import Any

from ssechaos.networks.simulated.sockets import family_of, sockaddr

AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]
"""One answer of getaddrinfo(3)."""

FIRST_PORT = 49152
"""The first dynamic port (RFC 6335 section 6). Servers on port 0 and clients take the next free one, in order."""

_LAST_PORT = 65535


class Names:
    """The names that resolve, each to one address. Numeric addresses resolve to themselves."""

    def __init__(self) -> None:
        self._addresses = {"localhost": "127.0.0.1"}

    def register(self, name: str, address: str) -> None:
        """Make `name` resolve to `address`, which then belongs to the simulated host."""
        self._addresses[name.lower()] = str(ipaddress.ip_address(address))

    def is_local(self, address: str) -> bool:
        """Whether the simulated host has this address."""
        return _is_own(address) or address in self._addresses.values()

    def resolve(self, host: str | None, port: int, family: int, *, passive: bool) -> list[AddressInfo]:
        """Answer as getaddrinfo(3) does; `socket.gaierror` for a name that nobody registered."""
        address = self._address(host, family, passive=passive)
        found = family_of((address, port))
        if family not in (socket.AF_UNSPEC, found):
            raise socket.gaierror(socket.EAI_ADDRFAMILY, f"{host!r} has no address of family {family}")
        return [(found, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", sockaddr((address, port)))]

    def name_of(self, address: str) -> str:
        """The name of an address, or the address itself."""
        return next((name for name, known in self._addresses.items() if known == address), address)

    def _address(self, host: str | None, family: int, *, passive: bool) -> str:
        if not host:
            any_address, loopback = ("::", "::1") if family == socket.AF_INET6 else ("0.0.0.0", "127.0.0.1")  # noqa: S104  # never a real one
            return any_address if passive else loopback
        if host == "localhost" and family == socket.AF_INET6:
            return "::1"
        if (known := self._addresses.get(host.lower().rstrip("."))) is not None:
            return known
        if (numeric := _numeric(host)) is not None:
            return numeric
        raise socket.gaierror(
            socket.EAI_NONAME, f"the simulation has no name {host!r}: register it with loop.names.register()"
        )


class Ports:
    """The ports in use, by listeners and by clients, on all addresses together."""

    def __init__(self) -> None:
        self._uses: Counter[int] = Counter()
        self._next = FIRST_PORT

    def take(self, port: int = 0) -> int:
        """Note one more use of `port`; for 0, of the next free dynamic port. `OSError` when none is free."""
        taken = port or self._free()
        self._uses[taken] += 1
        return taken

    def release(self, port: int) -> None:
        """Note that one use of `port` is over."""
        self._uses[port] -= 1

    def _free(self) -> int:
        for _ in range(FIRST_PORT, _LAST_PORT + 1):
            port, self._next = self._next, self._next + 1 if self._next < _LAST_PORT else FIRST_PORT
            if not self._uses[port]:
                return port
        raise OSError(errno.EADDRNOTAVAIL, "all dynamic ports of the simulated host are in use")


@lru_cache
def _numeric(host: str) -> str | None:
    """A numeric address in its usual form; None for a name. Asked for each connection, and slow to find out."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


@lru_cache
def _is_own(address: str) -> bool:
    """Whether every host has this address."""
    ip = ipaddress.ip_address(address)
    return ip.is_loopback or ip.is_unspecified
