"""A listening socket and its gate, made of what a kernel does with connection attempts.

*Refuse*: on Linux shutdown(2) makes a socket stop listening while it keeps its port, so that the kernel answers
SYNs with RST and nobody else gets the port; listen(2) revives it. *Hang*: the accept queue is made as short as it
can be and filled with one connection of our own. Linux then drops SYNs, and the clients repeat them (after
1, 3, 7, … s), so a connect that hung completes at its first repetition after the gate has opened. What other
kernels do with a full queue differs, so hanging needs Linux.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from ssechaos.faults.base import Gate

Accepted = Callable[[], asyncio.BaseProtocol]
"""Makes the protocol of a connection at the moment when it is accepted."""

Failed = Callable[[OSError], None]
"""Is told that connections can't be accepted, for want of file descriptors say."""

BACKLOG = 4096
"""Connections that the kernel keeps for us when thousands come at once."""

RETRY = 1.0
"""Seconds until the next try when connections can't be accepted, as asyncio waits."""


class KernelListener:
    """A listening socket, as a gate."""

    def __init__(
        self, accepted: Accepted, failed: Failed, address: tuple[str, int], send_buffer: int | None = None
    ) -> None:
        """``address`` names its port: one that Linux chose itself would be given up by shutdown(2).

        ``send_buffer`` is for the accepted sockets, in bytes (SO_SNDBUF); left alone, Linux takes megabytes.
        """
        self._accepted = accepted
        self._failed = failed
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._retry: asyncio.TimerHandle | None = None
        self._filler: socket.socket | None = None
        self._send_buffer = send_buffer
        self._socket = self._bind(address)
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
            self._stop_listening()

    async def close(self) -> None:
        """Listen no more."""
        self._stop_accepting()
        self._socket.close()
        await asyncio.gather(*self._tasks)

    def _stop_listening(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RD)
        except OSError:  # pragma: no cover - not Linux: there is no way back, so take the port anew
            address = self._socket.getsockname()
            self._socket.close()
            self._socket = self._bind(address)

    def _bind(self, address: tuple[str, int]) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        sock.settimeout(0)
        # Needed to listen again while connections of this port live.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._send_buffer is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self._send_buffer)  # accepted ones inherit it
        try:
            sock.bind(address)
        except OSError:
            sock.close()
            raise
        return sock

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
                self._try_later(error)
                return
            if peer == own:
                accepted.close()
            else:
                self._take(accepted)

    def _take(self, accepted: socket.socket) -> None:
        accepted.settimeout(0)
        # The protocol is made at once, so that a fault that begins now finds the connection.
        task = self._loop.create_task(self._connect(self._accepted(), accepted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, protocol: asyncio.BaseProtocol, accepted: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: protocol, accepted)
        except OSError as error:
            accepted.close()
            protocol.connection_lost(error)

    def _try_later(self, error: OSError) -> None:
        """Out of file descriptors, as a rule: asking again at once would only keep the loop busy."""
        self._failed(error)
        self._loop.remove_reader(self._socket)
        self._retry = self._loop.call_later(RETRY, self._accept_when_readable)


def _fill_queue(address: tuple[str, int]) -> socket.socket:
    filler = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    filler.settimeout(0)
    filler.connect_ex(address)
    return filler
