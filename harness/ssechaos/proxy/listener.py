"""Where a proxy accepts clients, with a gate: connection attempts are accepted, refused, or left unanswered.

On Linux both faults are real. *Refuse*: shutdown(2) makes a socket stop listening while it keeps its port, so that
the kernel answers SYNs with RST and nobody else gets the port; listen(2) revives it. *Hang*: the accept queue is
made as short as it can be and filled with one connection of our own, so that the kernel drops SYNs, and
the clients' kernels repeat them (after 1, 3, 7, … s): a connect that hung completes at its first repetition after
the gate has opened. Elsewhere, see ``portable.py``.

A server in virtual time brings a gate of its own.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ssechaos.faults.base import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

BACKLOG = 4096
"""Connections that the kernel keeps for us when thousands come at once."""

RETRY = 1.0
"""Seconds until the next try to accept when file descriptors ran out, as asyncio waits."""

_EXHAUSTED = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


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


async def listen(factory: Callable[[], asyncio.Protocol], host: str, port: int) -> Listener:
    """Listen on ``host`` and ``port`` (0: any free one); each connection gets a protocol from ``factory``.

    Raises:
        OSError: the address can't be had.
    """
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, host, port, backlog=BACKLOG, start_serving=False)
    if isinstance(server, Gated):
        await server.start_serving()
        return GatedListener(server)
    try:
        return KernelListener(factory, server.sockets[0].getsockname())
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


class KernelListener:
    """A listening socket of Linux."""

    def __init__(self, factory: Callable[[], asyncio.Protocol], address: tuple[str, int]) -> None:
        """``address`` has its port: a port that Linux chose itself would be given up by shutdown(2)."""
        self._factory = factory
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._retry: asyncio.TimerHandle | None = None
        self._filler: socket.socket | None = None
        self._socket = _bind(address)
        self.address = address[:2]
        self._gate = Gate.REFUSE
        self.set_gate(Gate.ACCEPT)

    def set_gate(self, gate: Gate) -> None:
        """Meet connection attempts in this way from now on."""
        if gate is self._gate:
            return
        if self._gate is not Gate.REFUSE:
            self._take_queued()
            self._stop_accepting()
        self._gate = gate
        if gate is Gate.ACCEPT:
            self._socket.listen(BACKLOG)
            self._accept_when_readable()
        elif gate is Gate.HANG:
            self._socket.listen(0)
            self._filler = _fill_queue(self._socket.getsockname())
        else:
            self._socket.shutdown(socket.SHUT_RD)

    async def close(self) -> None:
        """Listen no more."""
        self._stop_accepting()
        self._socket.close()
        await asyncio.gather(*self._tasks)

    def _accept_when_readable(self) -> None:
        self._retry = None
        self._loop.add_reader(self._socket, self._take_queued)

    def _stop_accepting(self) -> None:
        self._loop.remove_reader(self._socket)
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None
        if self._filler is not None:
            self._filler.close()
            self._filler = None

    def _take_queued(self) -> None:
        """Accept what the kernel has accepted for us; our own filler is none of it."""
        own = self._filler.getsockname() if self._filler else None
        for _ in range(BACKLOG):
            try:
                accepted, peer = self._socket.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._wait_for_descriptors(error)
                return
            if peer == own:
                accepted.close()
            else:
                self._take(accepted)

    def _take(self, accepted: socket.socket) -> None:
        accepted.settimeout(0)
        # The protocol is made at once, so that a fault that begins now finds the connection.
        task = self._loop.create_task(self._connect(self._factory(), accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, protocol: asyncio.Protocol, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, accepted)
        except OSError as error:
            accepted.close()
            protocol.connection_lost(error)

    def _wait_for_descriptors(self, error: OSError) -> None:
        if error.errno not in _EXHAUSTED:
            raise error
        self._loop.remove_reader(self._socket)
        self._retry = self._loop.call_later(RETRY, self._accept_when_readable)


def _bind(address: tuple[str, int]) -> socket.socket:
    sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    sock.settimeout(0)
    # Needed to listen again while connections of this port live.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


def _fill_queue(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    filler.settimeout(0)
    filler.connect_ex(address)
    return filler
