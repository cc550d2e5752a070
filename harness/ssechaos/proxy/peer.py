"""One party of a connection, the client or the server, and the socket to it."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ssechaos.proxy.relay import Relay

WRITE_BUFFER = 64 * 1024
"""Bytes that wait for a slow peer, beyond its kernel's buffer, before the other peer is read no more."""

READ_BUFFER = 64 * 1024
"""Bytes that are read at a time."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Peer(Protocol):
    """Where a relay's bytes come from, or go to."""

    ready: bool
    """Whether it takes bytes now."""
    made: bool
    """Whether there was a socket to it at some time."""
    gone: bool
    """Whether that socket is closed."""

    def write(self, data: bytes) -> None:
        """Send bytes to it."""

    def finish(self) -> None:
        """Send FIN after what was written; go on reading."""

    def close(self) -> None:
        """Send FIN after what was written; read no more."""

    def reset(self) -> None:
        """Send RST at once; what was not sent yet is dropped."""

    def pause(self) -> None:
        """Read no more for now, so that it has to stop when the kernel's buffers are full."""

    def resume(self) -> None:
        """Read again."""


class Meeting(Protocol):
    """The connection of two peers, as a peer sees it."""

    def met(self, peer: SocketPeer) -> None:
        """The socket to ``peer`` is connected."""

    def lost(self, peer: SocketPeer) -> None:
        """The socket to ``peer`` is closed, by us or by it."""


class SocketPeer(asyncio.BufferedProtocol):
    """A peer behind a socket.

    It reads into a buffer that all peers of a proxy share. A plain protocol gets its bytes from a fresh 256 KiB
    for every read, which malloc may map and unmap each time: three times the cost of passing a small event on.
    """

    __slots__ = ("_buffer", "_meeting", "_transport", "gone", "made", "ready", "receives", "sends")

    _transport: asyncio.Transport
    sends: Relay
    """Carries what this peer sends."""
    receives: Relay
    """Carries what this peer is sent."""

    def __init__(self, meeting: Meeting, buffer: memoryview) -> None:
        self._buffer = buffer
        self._meeting = meeting
        self.made = False
        self.ready = False
        self.gone = False

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is connected."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        # asyncio does so for sockets that say IPPROTO_TCP, which accepted ones don't.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._transport = transport
        self.made = self.ready = True
        # In the next round, as asyncio begins to read in this one: Python 3.11.2's does, also after a pause.
        asyncio.get_running_loop().call_soon(self._meeting.met, self)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's face
        """Where to put what the peer sends; ``buffer_updated`` follows before anybody else asks."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """The peer sent bytes."""
        self.sends.take(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> bool:
        """The peer sent FIN; keep the socket, it may still receive."""
        self.sends.finish()
        return True

    def pause_writing(self) -> None:
        """The peer is slower than what it is sent."""
        self.ready = False
        self.receives.balance()

    def resume_writing(self) -> None:
        """The peer has caught up."""
        self.ready = True
        self.receives.balance()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - by whom is known without it
        """The socket is closed."""
        self.ready = False
        self.gone = True
        self._meeting.lost(self)

    # What the connection calls.

    def write(self, data: bytes) -> None:
        """Send bytes to it; dropped when it is gone, or about to be: asyncio tells of a failed send(2) later."""
        if not (self.gone or self._transport.is_closing()):
            self._transport.write(data)

    def finish(self) -> None:
        """Send FIN after what was written; go on reading."""
        if self._connected:
            with suppress(OSError):  # it was reset, and the event loop has not told us yet
                self._transport.write_eof()

    def close(self) -> None:
        """Send FIN after what was written; read no more."""
        if self._connected:
            self._transport.close()

    def reset(self) -> None:
        """Send RST at once; what was not sent yet is dropped."""
        if self._connected:
            # Without it abort() sends FIN (socket(7), SO_LINGER with a timeout of zero).
            sock = self._transport.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._transport.abort()

    def pause(self) -> None:
        """Read no more for now."""
        if self._connected:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._connected:
            self._transport.resume_reading()

    @property
    def _connected(self) -> bool:
        return self.made and not self.gone
