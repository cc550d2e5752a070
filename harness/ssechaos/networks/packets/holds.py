"""How long the server's kernel held bytes because nothing was acknowledged: what stalls and losses do to TCP.

Linux tells of each socket how many bytes wait in its send queue (``SIOCOUTQ``, tcp(7)) and how many were
acknowledged so far (``TCP_INFO``, RFC 4898 ``tcpEStatsAppHCThruOctetsAcked``).
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

LOOK_EVERY = 0.01
"""Seconds between two looks: how exact the times are."""

_BYTES_ACKED = 120  # offsets in struct tcp_info, linux/tcp.h
_MIN_RTT = 148
_INFO_SIZE = 152


@dataclass(frozen=True, slots=True)
class State:
    """A socket's sending side: bytes that wait, bytes acknowledged so far, shortest round trip in seconds."""

    waiting: int
    acknowledged: int
    round_trip: float


def state(sock: socket.socket) -> State | None:
    """What the kernel says of a socket; None when it is closed."""
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_SIZE)
        (waiting,) = struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))
    except (OSError, ValueError):
        return None
    (acknowledged,) = struct.unpack_from("Q", info, _BYTES_ACKED)
    (microseconds,) = struct.unpack_from("I", info, _MIN_RTT)
    return State(waiting, acknowledged, microseconds / 1e6)


@dataclass(slots=True)
class _Wait:
    since: float
    acknowledged: int


class Holds:
    """The longest time that bytes waited without an acknowledgement, the round trip not counted."""

    def __init__(self) -> None:
        self._waits: dict[Any, _Wait] = {}
        self._most: dict[Any, int] = {}
        self._longest = 0.0

    def look(self, states: Iterable[tuple[Any, State]], now: float) -> None:
        """Take note of every connection's state at this moment."""
        for key, seen in states:
            wait = self._waits.get(key)
            if not seen.waiting:
                self._waits.pop(key, None)
            elif wait is None or wait.acknowledged != seen.acknowledged:
                self._waits[key] = _Wait(now, seen.acknowledged)
            else:
                self._note(key, seen, now - wait.since)

    def evidence(self) -> Mapping[str, float]:
        """``bytes_held`` is the most that waited so at one time, summed over the connections."""
        return {"bytes_held": float(sum(self._most.values())), "longest_hold": round(self._longest, 6)}

    def _note(self, key: Any, seen: State, waited: float) -> None:
        held = waited - seen.round_trip
        if held > 0:
            self._most[key] = max(self._most.get(key, 0), seen.waiting)
            self._longest = max(self._longest, held)


class Watch:
    """Looks again and again until it is ended."""

    def __init__(self, sockets: Callable[[], Mapping[Any, socket.socket]]) -> None:
        """``sockets`` says which there are at the moment, by a key of their own."""
        self._sockets = sockets
        self._holds = Holds()
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._look())

    async def end(self) -> Mapping[str, float]:
        """Look no more; return what was seen."""
        self._look_once()
        self._task.cancel()
        await asyncio.wait([self._task])
        return self._holds.evidence()

    async def _look(self) -> None:
        while True:
            self._look_once()
            await asyncio.sleep(LOOK_EVERY)

    def _look_once(self) -> None:
        seen = ((key, state(sock)) for key, sock in self._sockets().items())
        self._holds.look([(key, one) for key, one in seen if one is not None], self._loop.time())
