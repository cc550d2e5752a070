"""An asyncio event loop in virtual time: when nothing can run, the clock jumps to the next deadline.

A round of asyncio's loop asks its selector to wait for I/O until the next timer is due, then calls what is ready.
Here there is no I/O, so a round moves the clock instead. Everything else is asyncio's own code, and programs run
on it unchanged.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import threading
from typing import TYPE_CHECKING, Any, NoReturn, TypeVarTuple

from ssechaos.networks.simulated.calls import Call, Timer
from ssechaos.networks.simulated.diagnosis import describe_waiting
from ssechaos.networks.simulated.errors import Deadlock, Livelock
from ssechaos.networks.simulated.order import NumberedFuture, NumberedTask
from ssechaos.networks.simulated.outside import refuse
from ssechaos.networks.simulated.streams import StreamLoop

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable
    from contextvars import Context

Args = TypeVarTuple("Args")

_ROUNDS_AT_ONE_INSTANT = 100_000
"""A program that polls with sleep(0) would poll for ever, since no time passes while it can run."""

_FEW_TIMERS = 100
"""So many are kept although they may be cancelled."""


class VirtualLoop(StreamLoop):
    """An event loop whose time starts at 0.0 and costs nothing.

    Args:
        latency: Seconds that anything takes from one end of a connection to the other.
        limit: The time, in virtual seconds, at which the program is stopped with `Livelock`.
    """

    _closed: bool
    _ready: deque[Call]
    _scheduled: list[tuple[float, int, Timer]]
    _stopping: bool
    _thread_id: int | None

    def __init__(self, *, latency: float = 0.0, limit: float = math.inf) -> None:
        self._now = 0.0
        self._limit = limit
        self._rounds = 0
        self._timer_numbers = itertools.count()
        self._prune_at = _FEW_TIMERS
        self._task_numbers = itertools.count(1)
        self._future_numbers = itertools.count()
        super().__init__(latency)
        self.set_task_factory(self._number_task)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._now

    def call_soon(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """Call in the next round, in the order of these calls."""
        if self._closed:
            raise RuntimeError("Event loop is closed")
        handle = Call(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_at(
        self, when: float, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.TimerHandle:
        """Call at a time; callbacks for the same time are called in the order of these calls.

        asyncio leaves that order open.
        """
        if self._closed:
            raise RuntimeError("Event loop is closed")
        if len(self._scheduled) >= self._prune_at:
            self._prune()
        timer = Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, (when, next(self._timer_numbers), timer))
        return timer

    def call_soon_threadsafe(
        self, callback: Callable[[*Args], object], *args: *Args, context: Context | None = None
    ) -> asyncio.Handle:
        """Like call_soon; `OutsideWorld` from another thread, which would run in real time."""
        if self._thread_id not in (None, threading.get_ident()):
            refuse("a call from another thread", "threads run in real time, so the order would be left to chance")
        return self.call_soon(callback, *args, context=context)

    def create_future(self) -> NumberedFuture:
        """A future that keeps its place in sets."""
        future = NumberedFuture(loop=self)
        future.number = next(self._future_numbers)
        return future

    def pending_tasks(self) -> list[asyncio.Task[Any]]:
        """The tasks that are not done, oldest first."""
        return sorted(asyncio.all_tasks(self), key=_age)

    def _number_task(self, loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> NumberedTask:
        return NumberedTask(coro, number=next(self._task_numbers), loop=loop, **options)

    def _run_once(self) -> None:
        """Rounds until the loop is to stop, as asyncio would ask for the next one each time.

        A round is everything that is ready now, and nothing that becomes ready meanwhile.
        """
        ready = self._ready
        while True:
            if not ready and not self._stopping:
                self._jump()
            self._rounds += 1
            if self._rounds > _ROUNDS_AT_ONE_INSTANT:
                self._give_up(Livelock, "the program runs for ever without letting time pass; sleep(0) in a loop?")
            now, timers = self._now, self._scheduled
            while timers and timers[0][0] <= now:
                ready.append(heapq.heappop(timers)[2])
            for _ in range(len(ready)):
                ready.popleft().run()
            if self._stopping:
                return

    def _jump(self) -> None:
        """Let pass the time until something happens."""
        while self._scheduled and self._scheduled[0][2].cancelled():
            heapq.heappop(self._scheduled)
        if not self._scheduled:
            self._give_up(Deadlock, "nothing can run any more and no timer is set")
        if self._scheduled[0][0] > self._now:
            self._now = self._scheduled[0][0]
            self._rounds = 0
        if self._now > self._limit:
            self._give_up(Livelock, f"the program still runs after {self._limit:g} s of virtual time")

    def _prune(self) -> None:
        """Forget cancelled timers, of which some are due in hours; seldom enough to cost nothing."""
        self._scheduled = [entry for entry in self._scheduled if not entry[2].cancelled()]
        heapq.heapify(self._scheduled)
        self._prune_at = 2 * len(self._scheduled) + _FEW_TIMERS

    def _give_up(self, kind: type[Deadlock | Livelock], why: str) -> NoReturn:
        self._limit += self._now  # whoever cleans up now needs time as well
        self._rounds = 0
        waiting = describe_waiting(self.pending_tasks())
        raise kind(
            f"At {self._now:.6f} s {why}. Each task waits in the last call named, for someone else:\n{waiting}"
        )


def _age(task: asyncio.Task[Any]) -> tuple[float, str]:
    return (task.number if isinstance(task, NumberedTask) else math.inf, task.get_name())
