"""Addresses as Go writes them, ``host:port``, and what they are resolved to."""

from __future__ import annotations

import asyncio
import socket

from ssechaos.proxy.api.errors import no_address

Address = tuple[str, int]

_MOST_PORTS = 65536


def split(text: str) -> Address | None:
    """Host and port; the host may be empty. None when ``text`` is no address."""
    host, colon, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    bracketed = len(host) - len(bare)
    fits = bracketed == (2 if ":" in bare else bracketed)
    if not (colon and fits and port.isascii() and port.isdecimal() and int(port) < _MOST_PORTS):
        return None
    return bare, int(port)


def join(address: Address) -> str:
    """The address in one word."""
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def upstream(text: str) -> Address:
    """Where a proxy connects to; what is no address leads nowhere, as connections will show."""
    return split(text) or (text, 0)


async def listening(text: str, default_host: str) -> Address:
    """Where a proxy is to listen, its host resolved; without a host it is ``default_host``, without a port any.

    Raises:
        ApiError: it is no address, or its name is unknown.
    """
    address = split(text) if text else ("", 0)
    if address is None:
        raise no_address(f"address {text}: missing port in address")
    host, port = address[0] or default_host, address[1]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise no_address(f"lookup {host}: no such host") from error
    # As Go does: of several addresses of a name the first of IPv4.
    first = min(found, key=lambda info: info[0] is not socket.AF_INET)[4]
    return str(first[0]), int(first[1])
