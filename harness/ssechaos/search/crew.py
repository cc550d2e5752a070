"""A whole search: batches on all cores, taken in their order, until one fails or there are no more.

What is found does not depend on the number of processes. Batches are of one size, each with a seed of its own that
follows from the search's seed and the batch's number; they count in their order, whichever ends first; and what
guides a batch (the pair of faults that was tried least so far) is the coverage of the batches ``AHEAD`` before it,
which are always known when it starts.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from ssechaos.errors import SSEChaosError
from ssechaos.search.batch import Batch, Found, Result, play_batch
from ssechaos.search.coverage import Coverage, rarest
from ssechaos.search.faults import DRAWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Event

    from ssechaos.setups import Setup

BATCH = 100
"""Cases in a batch."""
AHEAD = 16
"""How many batches may be under way at once; a batch is guided by those before them."""

_UNGUIDED = 4
"""One batch in so many has no focus at all."""

_Submit = Callable[[Batch], Future[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to search for, and how long.

    Attributes:
        setup: Makes what cases are played with; a function of a module, as other processes call it, too.
        seed: The search's own.
        runs: How many cases to play, at most.
        keep_on: Asked before each batch is begun; no further one is when it says no.
    """

    setup: Callable[[], Setup]
    seed: int = 1
    runs: int = 2000
    keep_on: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class Report:
    """What a search has come to.

    Attributes:
        runs: Cases that were played, up to the first failure.
        shrinking: How many more it took to shrink what was found.
        found: The failures of the first batch that has any.
    """

    runs: int = 0
    shrinking: int = 0
    coverage: Coverage = field(default_factory=Coverage)
    found: tuple[Found, ...] = ()

    def after(self, result: Result) -> Report:
        """The report once another batch is over."""
        return Report(
            self.runs + result.runs,
            self.shrinking + result.shrinking,
            self.coverage + result.coverage,
            result.found,
        )


def search(plan: Plan, *, processes: int = 1, listener: Callable[[Report], None] = lambda _: None) -> Report:
    """Play cases until one fails, or all are played; ``listener`` is told after each batch.

    With one process everything happens in this one. However the search ends, no other process is left.

    Raises:
        KeyboardInterrupt: Ctrl-C; every process has ended then.
    """
    report = Report()
    with _crew(plan, processes) as submit:
        for result in _results(plan, submit, 1 if processes == 1 else AHEAD):
            report = report.after(result)
            listener(report)
            if report.found:
                break
    return report


def _results(plan: Plan, submit: _Submit, most: int) -> Iterator[Result]:
    """The results of all batches, in their order; ``most`` of them are under way at once."""
    pending: deque[Future[Result]] = deque()
    unguided: deque[Coverage] = deque()
    guide, number = Coverage(), 0
    while True:
        while len(pending) < most and number * BATCH < plan.runs and plan.keep_on():
            while len(unguided) + len(pending) >= AHEAD:
                guide += unguided.popleft()
            pending.append(submit(_batch(plan, number, guide)))
            number += 1
        if not pending:
            return
        result = pending.popleft().result()
        unguided.append(result.coverage)
        yield result


def _batch(plan: Plan, number: int, guide: Coverage) -> Batch:
    """Batch ``number``: those that are under way at the same time take the rarest pairs by turns."""
    focus = rarest(guide, DRAWN, Random(plan.seed))[number % AHEAD]
    size = min(BATCH, plan.runs - number * BATCH)
    return Batch(f"{plan.seed}:{number}", size, focus if number % _UNGUIDED else ())


# --- processes --------------------------------------------------------------------------------------------------


@contextmanager
def _crew(plan: Plan, processes: int) -> Iterator[_Submit]:
    """Somebody to play batches: this process, or others, which have ended when the context is left."""
    setup = plan.setup()  # what can't be made should say so here, once
    if processes == 1:
        yield partial(_play_here, setup)
        return
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    executor = ProcessPoolExecutor(processes, context, _enlist, (plan.setup, stop))
    try:
        yield partial(_submit, executor)
    except BrokenProcessPool as error:
        raise SSEChaosError(f"a process of the search died ({error}); --processes 1 shows why") from error
    finally:
        stop.set()
        executor.shutdown(cancel_futures=True)


def _submit(executor: ProcessPoolExecutor, batch: Batch) -> Future[Result]:
    """Hand a batch over. A process that this starts inherits that Ctrl-C is not its business."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(_play_there, batch)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _play_here(setup: Setup, batch: Batch) -> Future[Result]:
    future: Future[Result] = Future()
    future.set_result(play_batch(batch, setup))
    return future


class _Recruit:
    """What a process of the crew knows."""

    setup: Setup
    stop: Event


def _enlist(setup: Callable[[], Setup], stop: Event) -> None:
    """A process begins; it ends with the first one, whatever becomes of that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # or asyncio would take it over, and give it back, in every run
    _Recruit.setup, _Recruit.stop = setup(), stop
    gc.freeze()  # what was loaded stays: nothing to look through again and again
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _play_there(batch: Batch) -> Result:
    return play_batch(batch, _Recruit.setup, _Recruit.stop.is_set)
