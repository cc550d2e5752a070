"""Stands in the server's place: accepts connections at the far end of the path and passes their bytes on.

The server is known by a URL on this machine, which can't be reached from the server's namespace. So the listening
socket is made there, and the connection to the server here. A socket stays in the namespace in which it was made.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ssechaos.errors import NetworkError
from ssechaos.faults.base import Strike
from ssechaos.proxy.connection import Connection
from ssechaos.proxy.peer import READ_BUFFER
from ssechaos.proxy.proxy import CLOSING_TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from ssechaos.networks.packets.filters import Peer
    from ssechaos.proxy import Observer

BACKLOG = 4096
SEND_BUFFER = 64 * 1024
"""Bytes that the kernel takes for a client that is slower than the server; it doubles them for its own needs.

Left to itself it takes megabytes, and no server would ever notice a slow reader.
"""

CONGESTION_CONTROL = b"bbr"
"""How the server's end takes loss, where the kernel can: as the model does (``faults/sender.py``), and on every
machine alike, whatever that is set to. CUBIC and Reno take a loss for congestion, and are several times slower.
"""

SEEN_WITHIN = 1.0
"""Seconds for an attempt of our own to arrive, which takes a round trip."""


def listening(address: tuple[str, int]) -> socket.socket:
    """A listening socket; call it in the namespace where it is to be."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # accepted sockets inherit it, and the next
    with suppress(OSError):  # a kernel without it: the evidence says so
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONGESTION_CONTROL)
    sock.settimeout(0)
    sock.bind(address)
    sock.listen(BACKLOG)
    return sock


@dataclass(frozen=True, slots=True)
class Client:
    """The client's end of a connection, and the socket at ours."""

    peer: Peer
    socket: socket.socket


class Forwarder:
    """Accepts while the context lasts. Numbers its connections from 1, as a proxy does."""

    def __init__(self, listener: socket.socket, upstream: tuple[str, int], observer: Observer) -> None:
        """It closes ``listener`` in the end."""
        self.upstream = upstream
        self.buffer = memoryview(bytearray(READ_BUFFER))
        self.addresses: set[str] = set()
        """The addresses from which clients came."""
        self._listener = listener
        self._observer = observer
        self._numbers = itertools.count(1)
        self._live: dict[Connection, Client] = {}
        self._there: dict[Connection, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._expected: set[Peer] = set()  # attempts of our own
        self._failure: Exception | None = None

    async def __aenter__(self) -> Self:
        asyncio.get_running_loop().add_reader(self._listener, self._take)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        for connection in tuple(self._there):
            if connection in self._live:
                connection.close()
            else:
                connection.reset()  # dead, or over and slow to close
        try:
            async with asyncio.timeout(CLOSING_TIME):
                await self._gone(self._there)
        except TimeoutError:
            for connection in tuple(self._there):
                connection.reset()
            await self._gone(self._there)

    @property
    def sockets(self) -> Mapping[int, socket.socket]:
        """Our ends of the connections that live, by their number."""
        return {connection.number: client.socket for connection, client in self._live.items()}

    @property
    def bbr(self) -> bool:
        """Whether the kernel could be told how to take loss."""
        size = 16  # TCP_CA_NAME_MAX, linux/tcp.h
        used = self._listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, size)
        return used.rstrip(b"\0") == CONGESTION_CONTROL

    def check(self) -> None:
        """Raise `NetworkError` when it broke."""
        if self._failure is not None:
            raise NetworkError(f"the packet network's forwarder broke: {self._failure!r}") from self._failure

    async def reset(self, key: Hashable) -> int:
        """Send every client that lives an RST; return how many when all of them are sent."""
        struck = self._strike(key, Strike.RESET)
        for connection in struck:
            connection.reset()
        await self._gone(struck)
        return len(struck)

    def give_up(self, key: Hashable) -> tuple[Peer, ...]:
        """Count the connections that live as dead: no packet of theirs will get through. Return their clients."""
        peers = tuple(client.peer for client in self._live.values())
        for connection in self._strike(key, Strike.DEAD):
            self._over(connection, Strike.DEAD.value)
        return peers

    async def see(self, address: str, within: float = SEEN_WITHIN) -> float | None:
        """Connect once from an address of the client, so that it shows whether this way leads here.

        Return how many seconds the handshake took; None when it did not come about.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        with socket.socket() as sock, suppress(OSError, TimeoutError):
            sock.settimeout(0)
            sock.bind((address, 0))
            self._expected.add(sock.getsockname())
            async with asyncio.timeout(within):
                await loop.sock_connect(sock, self._listener.getsockname())
                took = loop.time() - began
                await loop.sock_recv(sock, 1)  # ends when it was accepted, and closed
                return took
        return None

    # What connections call.

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Set a timer, by the event loop's clock; none has to be exact, as there are no faults in here."""
        return asyncio.get_running_loop().call_at(when, callback)

    def over(self, connection: Connection, how: str) -> None:
        """A connection is over; what is dead was over already."""
        if connection in self._live:
            self._over(connection, how)

    def gone(self, connection: Connection) -> None:
        """Nothing is left of a connection."""
        self._there.pop(connection).set()

    def broke(self, error: Exception) -> None:
        """A connection broke by an error of ours."""
        self._failure = self._failure or error

    def _over(self, connection: Connection, how: str) -> None:
        del self._live[connection]
        self._observer.closed(connection.number, how)

    def _strike(self, key: Hashable, strike: Strike) -> list[Connection]:
        struck = list(self._live)
        for connection in struck:
            self._observer.struck(key, connection.number, strike.value)
        return struck

    def _take(self) -> None:
        for _ in range(BACKLOG):
            try:
                accepted, peer = self._listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # out of files: what is seen from here on is worth nothing
                self.broke(error)
                asyncio.get_running_loop().remove_reader(self._listener)
                return
            self.addresses.add(peer[0])
            if peer in self._expected:
                accepted.close()
            else:
                self._open(accepted, peer)

    def _open(self, accepted: socket.socket, peer: Peer) -> None:
        accepted.settimeout(0)
        connection = Connection(next(self._numbers), self)
        self._live[connection] = Client(peer, accepted)
        self._there[connection] = asyncio.Event()
        self._observer.opened(connection.number)
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._connect(connection, accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, connection: Connection, accepted: socket.socket) -> None:
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: connection.client, accepted)
        except OSError as error:
            accepted.close()
            connection.client.connection_lost(error)

    async def _gone(self, connections: Mapping[Connection, asyncio.Event] | list[Connection]) -> None:
        await asyncio.gather(*(self._there[one].wait() for one in tuple(connections) if one in self._there))
