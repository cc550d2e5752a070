"""The sending half of a connection's flow control: what may leave now, what has to wait.

TCP's window (RFC 9293 section 3.8.6): what is under way and what the receiver has not read are, together, at most
one window. The rest waits with the sender. No clock, no socket.
"""

from __future__ import annotations

WINDOW = 64 * 1024
"""Bytes that a connection holds, per direction, between the sender's buffer and the receiver's program."""


class SendBuffer:
    """Bytes waiting for the receiver's window."""

    __slots__ = ("_credit", "waiting")

    def __init__(self, window: int = WINDOW) -> None:
        self._credit = window
        self.waiting = bytearray()
        """What has to wait, in order."""

    def write(self, data: bytes) -> bytes:
        """Take `data` and return the bytes that may leave now."""
        if not self.waiting and len(data) <= self._credit:
            self._credit -= len(data)
            return data
        self.waiting += data
        return self.release()

    def release(self) -> bytes:
        """Return the waiting bytes that fit into the window as it is now."""
        data = bytes(self.waiting[: self._credit])
        del self.waiting[: self._credit]
        self._credit -= len(data)
        return data

    def acknowledge(self, count: int) -> None:
        """The receiver's program has read `count` bytes: the window is that much wider."""
        self._credit += count

    def clear(self) -> None:
        """Forget what waits."""
        self.waiting.clear()
