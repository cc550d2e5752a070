"""`run()`: one coroutine, from start to end, in virtual time."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, TypeVar

from ssechaos.errors import UsageError
from ssechaos.networks.simulated.loop import VirtualLoop

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

_DAY = 24 * 60 * 60.0


def run(main: Coroutine[Any, Any, T], *, seed: int = 0, latency: float = 0.0, limit: float = _DAY) -> T:
    """Run `main` on a new `VirtualLoop` and return its result, as `asyncio.run` does in real time.

    Afterwards the tasks that are left are cancelled, oldest first, and the loop is closed. The same program with
    the same seed does the same, in the same order, in every process.

    Args:
        main: The program.
        seed: Seeds the `random` module while the program runs, for the libraries that draw from it (the jitter
            of a client, say); the module's state is put back afterwards.
        latency: Seconds that anything takes from one end of a connection to the other.
        limit: The virtual time, in seconds, at which the program is stopped.

    Raises:
        Deadlock: Every task waits for another; the message says who waits where.
        Livelock: The program passed `limit`, or runs without letting time pass.
        UsageError: A loop is already running in this thread.
    """
    _refuse_to_nest(main)
    state = random.getstate()
    random.seed(seed)
    loop = VirtualLoop(latency=latency, limit=limit)
    try:
        return loop.run_until_complete(main)
    finally:
        try:
            loop.run_until_complete(_end_what_is_left(loop))
        finally:
            loop.close()
            random.setstate(state)


async def _end_what_is_left(loop: VirtualLoop) -> None:
    """Cancel the tasks and close the generators that the program has left behind.

    As `asyncio.Runner` does. But that also takes Ctrl-C over and gives it back, in every run, which is slow, and
    waits for threads, which there are none of.
    """
    left = [task for task in loop.pending_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
    await loop.shutdown_asyncgens()


def _refuse_to_nest(main: Coroutine[Any, Any, Any]) -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    main.close()
    raise UsageError(
        "a simulation can't start inside a running event loop: await the program, or call run() outside"
    )
