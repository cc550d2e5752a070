"""One end of a connection as its kernel keeps it: what arrived, what waits to be sent, and how it ends.

RFC 9293 as far as programs notice it, with Linux's answers where it leaves a choice: bytes that arrive at a closed
end are answered with RST, closing with unread bytes sends RST instead of FIN (RFC 2525 section 2.17), and an error
after an RST is ECONNRESET, or EPIPE when a FIN came first. No clock and no program: `carry` takes things across.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable

from ssechaos.networks.simulated.buffers import SendBuffer

Carry = Callable[..., None]
"""Calls its first argument with the others, once they have crossed the network. Keeps the order."""


def _nothing() -> None:
    """Nobody watches this end yet, or any more."""


class Endpoint:
    """One end of a connection. `on_arrival` is called when there is more to see, `on_room` when more was sent."""

    __slots__ = (
        "_carry",
        "_closed",
        "_finishing",
        "_outgoing",
        "_peer",
        "_sent_fin",
        "fin_arrived",
        "on_arrival",
        "on_room",
        "reset_arrived",
        "unread",
    )

    def __init__(self, carry: Carry) -> None:
        self._carry = carry
        self._peer = self
        self._outgoing = SendBuffer()
        self.unread: list[bytes] = []
        self._finishing = False
        self._sent_fin = False
        self._closed = False
        self.fin_arrived = False
        self.reset_arrived = False
        self.on_arrival: Callable[[], None] = _nothing
        self.on_room: Callable[[], None] = _nothing

    @classmethod
    def pair(cls, carry: Carry) -> tuple[Endpoint, Endpoint]:
        """Both ends of a new connection."""
        near, far = cls(carry), cls(carry)
        near._peer, far._peer = far, near
        return near, far

    @property
    def waiting(self) -> int:
        """Bytes that wait for the peer to make room."""
        return len(self._outgoing.waiting)

    @property
    def readable(self) -> bool:
        """Whether there is something to look at: bytes, FIN or RST."""
        return bool(self.unread) or self.fin_arrived or self.reset_arrived

    def reset_error(self) -> OSError:
        """What the kernel says to a program that goes on after an RST (tcp_reset() in Linux)."""
        code = errno.EPIPE if self.fin_arrived else errno.ECONNRESET
        return OSError(code, os.strerror(code))

    def send(self, data: bytes) -> int:
        """Send `data`, after what already waits, as the peer's window allows; return how many bytes wait now."""
        if leaving := self._outgoing.write(data):
            self._carry(self._peer.arrive, leaving)
        return len(self._outgoing.waiting)

    def read(self) -> bytes:
        """Take everything that has arrived; the peer may send that much more."""
        data = self.unread[0] if len(self.unread) == 1 else b"".join(self.unread)
        self.unread.clear()
        self._carry(self._peer.arrive_ack, len(data))
        return data

    def finish(self) -> None:
        """Send FIN after what waits; the peer may go on sending."""
        self._finishing = True
        if not self._outgoing.waiting and not self._sent_fin:
            self._sent_fin = True
            self._carry(self._peer.arrive_fin)

    def drop_waiting(self) -> None:
        """Forget what waits to be sent."""
        self._outgoing.clear()

    def close(self, *, reset: bool) -> None:
        """Close both directions; with `reset`, or with bytes unread, by RST."""
        self.on_arrival = self.on_room = _nothing
        self._closed = True
        if reset or self.unread:
            self._carry(self._peer.arrive_reset)
        else:
            self.finish()
        self.unread.clear()

    def arrive(self, data: bytes) -> None:
        """Bytes from the peer."""
        if self._closed:
            self._carry(self._peer.arrive_reset)
        else:
            self.unread.append(data)
            self.on_arrival()

    def arrive_fin(self) -> None:
        """The peer has finished sending."""
        self.fin_arrived = True
        self.on_arrival()

    def arrive_reset(self) -> None:
        """The peer has reset the connection."""
        self.reset_arrived = True
        self.on_arrival()

    def arrive_ack(self, count: int) -> None:
        """The peer has read `count` bytes."""
        self._outgoing.acknowledge(count)
        if not self._outgoing.waiting:
            return
        if released := self._outgoing.release():
            self._carry(self._peer.arrive, released)
        if self._finishing:
            self.finish()
        self.on_room()
