"""The simulated host: what listens where, and how a connection is made (RFC 9293 section 3.5)."""

from __future__ import annotations

import asyncio
import errno
import os
from typing import TYPE_CHECKING, Any, NoReturn

from ssechaos.networks.simulated.addresses import Names, Ports
from ssechaos.networks.simulated.endpoints import Endpoint
from ssechaos.networks.simulated.servers import ProtocolFactory, SimulatedServer
from ssechaos.networks.simulated.sockets import Address, SimulatedSocket
from ssechaos.networks.simulated.transports import StreamTransport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SYN_WAITS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
"""Seconds after each SYN: repeated at 1, 3, 7, … s, given up at 127 s (RFC 6298; Linux, tcp_syn_retries = 6)."""


class Host:
    """One machine, on which all simulated programs run.

    Args:
        loop: Runs everything.
        latency: Seconds that anything takes from one end of a connection to the other.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, latency: float) -> None:
        self._loop = loop
        self._latency = latency
        self._servers: dict[Address, SimulatedServer] = {}
        self._ports = Ports()
        self.names = Names()

    def listen(self, factory: ProtocolFactory, addresses: Sequence[Address]) -> SimulatedServer:
        """Bind a server to all of `addresses`; port 0 becomes a free port.

        Raises:
            OSError: EADDRINUSE or EADDRNOTAVAIL, and then nothing is bound.
        """
        for address in addresses:
            self._check_bindable(address)
        bound = [self._take(address) for address in addresses]
        server = SimulatedServer(self._loop, factory, bound, lambda: self._unbind(bound))
        self._servers.update(dict.fromkeys(bound, server))
        return server

    async def connect(self, address: Address, local: Address | None = None) -> StreamTransport:
        """Connect to `address`, from `local` if given; the transport is still without a protocol.

        Raises:
            OSError: Refused (ECONNREFUSED, or ENOENT for a Unix path), timed out or unreachable.
        """
        self._check_reachable(address)
        server = await self._shake_hands(address)
        near, far = Endpoint.pair(self._carry)
        own = self._take(local or _source_for(address))
        self._carry(server.accept, far, address, own)
        return StreamTransport(self._loop, near, SimulatedSocket(own, address), lambda: self._release(own))

    async def _shake_hands(self, address: Address) -> SimulatedServer:
        for wait in _SYN_WAITS:
            next_syn = self._loop.time() + wait
            await self._cross()
            server = self._server_at(address)
            if server is None or server.gate == "refuse":
                await self._cross()
                _refuse(address)
            if server.gate == "accept":
                await self._cross()
                return server
            await asyncio.sleep(next_syn - self._loop.time())
        raise TimeoutError(errno.ETIMEDOUT, f"{os.strerror(errno.ETIMEDOUT)}: {address!r}")

    async def _cross(self) -> None:
        if self._latency:
            await asyncio.sleep(self._latency)

    def _carry(self, arrive: Callable[..., None], *what: Any) -> None:
        if self._latency:
            self._loop.call_later(self._latency, arrive, *what)
        else:
            arrive(*what)

    def _server_at(self, address: Address) -> SimulatedServer | None:
        """The server that a connection to `address` reaches, one bound to all addresses included."""
        if isinstance(address, str) or address in self._servers:
            return self._servers.get(address)
        everywhere = self._servers.get(("::", address[1]))
        return everywhere or self._servers.get(("0.0.0.0", address[1]))  # noqa: S104  # never a real one

    def _check_bindable(self, address: Address) -> None:
        if isinstance(address, tuple) and not self.names.is_local(address[0]):
            raise OSError(errno.EADDRNOTAVAIL, f"{os.strerror(errno.EADDRNOTAVAIL)}: {address!r}")
        if self._server_at(address) is not None:
            raise OSError(errno.EADDRINUSE, f"{os.strerror(errno.EADDRINUSE)}: {address!r}")

    def _check_reachable(self, address: Address) -> None:
        if isinstance(address, tuple) and not self.names.is_local(address[0]):
            raise OSError(errno.ENETUNREACH, f"{os.strerror(errno.ENETUNREACH)}: {address!r}")

    def _take(self, address: Address) -> Address:
        return address if isinstance(address, str) else (address[0], self._ports.take(address[1]))

    def _release(self, address: Address) -> None:
        if isinstance(address, tuple):
            self._ports.release(address[1])

    def _unbind(self, addresses: Sequence[Address]) -> None:
        for address in addresses:
            del self._servers[address]
            self._release(address)


def _source_for(address: Address) -> Address:
    """Where a client calls from: the address it calls, as Linux has it for addresses of its own; port 0 is any."""
    return "" if isinstance(address, str) else (address[0], 0)


def _refuse(address: Address) -> NoReturn:
    code = errno.ENOENT if isinstance(address, str) else errno.ECONNREFUSED
    raise OSError(code, f"{os.strerror(code)}: {address!r}")
