"""The line's ends in the kernel: a TUN device, which hands IP packets to this process and takes them back.

It is used in place of netem, which not every kernel has. The device is gone when its file is closed, or by a kill.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
from ipaddress import IPv4Address
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.faults.base import Direction
from ssechaos.proxy.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ssechaos.networks.packets.line import Line, Stretch

_DEVICE = "/dev/net/tun"
_TUNSETIFF = 0x400454CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000
_PACKET = 65536
_IPV4 = 4
_AT_ONCE = 64
_SOURCE = slice(12, 16)  # RFC 791, section 3.1


def open_tun(name: str) -> int:
    """A TUN device in the calling thread's namespace; return its file.

    Raises:
        NetworkError: the kernel has none, or does not allow it.
    """
    try:
        file = os.open(_DEVICE, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise NetworkError(f"{_DEVICE} can't be opened ({error.strerror}); is the tun module loaded?") from error
    try:
        fcntl.ioctl(file, _TUNSETIFF, struct.pack("16sH22x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    except OSError as error:
        os.close(file)
        raise NetworkError(f"a TUN device can't be made ({error.strerror})") from error
    return file


class Tun:
    """Drives a line: reads packets from a TUN device, and writes each back when its time has come."""

    def __init__(self, file: int, line: Line, server: str) -> None:
        """Packets from ``server``, an IPv4 address, go downstream, all others upstream."""
        self._file = file
        self._line = line
        self._server = IPv4Address(server).packed
        self._loop = asyncio.get_running_loop()
        self._alarm = Alarm()
        self._timer: asyncio.TimerHandle | None = None
        self._failure: OSError | None = None
        self._loop.add_reader(file, self._read)

    def add(self, key: Hashable, stretch: Stretch) -> None:
        """Make the line longer, or lossy."""
        self._line.add(key, stretch)

    def remove(self, key: Hashable) -> None:
        """Take that back; what it held goes on at once."""
        self._line.remove(key)
        self._write()

    @property
    def used(self) -> bool:
        """Whether packets have to be led through the line."""
        return self._line.used

    def check(self) -> None:
        """Raise `NetworkError` when it broke."""
        if self._failure is not None:
            raise NetworkError(f"the packet network's line broke: {self._failure}") from self._failure

    def close(self) -> None:
        """The device is gone, with the packets that are on the line."""
        self._disarm()
        self._alarm.close()
        self._loop.remove_reader(self._file)
        os.close(self._file)

    def _read(self) -> None:
        now = self._loop.time()
        try:
            for _ in range(_AT_ONCE):
                self._take(os.read(self._file, _PACKET), now)
        except BlockingIOError:
            pass
        except OSError as error:
            self._fail(error)
        self._write()

    def _take(self, packet: bytes, now: float) -> None:
        if packet[0] >> 4 == _IPV4:  # the kernel also looks for IPv6 routers there
            way = Direction.DOWNSTREAM if packet[_SOURCE] == self._server else Direction.UPSTREAM
            self._line.take(way, packet, now)

    def _write(self) -> None:
        self._disarm()
        try:
            for packet in self._line.leaving(self._loop.time()):
                os.write(self._file, packet)
        except OSError as error:
            self._fail(error)
            return
        deadline = self._line.deadline()
        if deadline is not None:
            self._timer = self._alarm.call_at(deadline, self._write)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _fail(self, error: OSError) -> None:
        self._failure = self._failure or error
        self._loop.remove_reader(self._file)
