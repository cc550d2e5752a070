"""Timers that are not late.

asyncio has its selector wait until the next timer is due, and epoll_wait(2) counts in milliseconds, rounded up: a
timer is half of one late as a rule, which no schedule asked for. On Linux a timerfd (timerfd_create(2)) that is
due at the same moment wakes the loop in time. What is called is asyncio's own timer all the same.
"""

from __future__ import annotations

import asyncio
import ctypes
import heapq
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MONOTONIC = 1  # the clock of asyncio's own loops
_ABSOLUTE = 1


class Alarm:
    """Timers on the running event loop; ``close`` it in the end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._exact = sys.platform == "linux" and isinstance(self._loop, asyncio.SelectorEventLoop)
        self._fd: int | None = None
        self._due: list[float] = []

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Call at a time by the loop's clock, in seconds."""
        if self._exact:
            first = not self._due or when < self._due[0]
            heapq.heappush(self._due, when)
            if first:
                self._set(when)
        return self._loop.call_at(when, callback)

    def close(self) -> None:
        """Give the timerfd back. Timers that are set still come, later by what epoll rounds."""
        self._exact = False
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = None

    def _set(self, when: float) -> None:
        if self._fd is None:
            fd = _libc().timerfd_create(_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC)
            if fd < 0:  # no file descriptor is left: a late timer is better than none
                self._exact = False
                return
            self._fd = fd
            self._loop.add_reader(fd, self._ring)
        seconds, nanoseconds = divmod(max(1, int(when * 1e9) + 1), 10**9)  # 0 would disarm it
        once = (ctypes.c_long * 4)(0, 0, seconds, nanoseconds)  # struct itimerspec, without an interval
        _libc().timerfd_settime(self._fd, _ABSOLUTE, once, None)

    def _ring(self) -> None:
        """The loop is awake, and calls what is due by itself; set the next one."""
        now = self._loop.time()
        while self._due and self._due[0] <= now:
            heapq.heappop(self._due)
        if self._due:
            self._set(self._due[0])  # which takes back that it rang
        elif self._fd is not None:
            os.read(self._fd, 8)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
