"""One logical stream: it emits its workload on schedule, whether or not anybody reads it.

Its readers share one replay history, each with a cursor of its own, and wait for its ``news``: no queue per
reader, so that a slow reader costs no memory here.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.server.content import chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import Workload
    from ssechaos.server.ledger import Ledger
    from ssechaos.server.replay import Replay


@dataclass(frozen=True, slots=True)
class Ending:
    """How a stream ended: the type of the event that says so, and the reason in it."""

    event: str
    reason: str


FINISHED = Ending("complete", "finished")
DURATION_CAP = Ending("complete", "duration_cap")
SHUTDOWN = Ending("error", "shutdown")
FAILED = Ending("error", "internal_error")


class Stream:
    """A stream that has not begun yet; the first ``start`` begins it.

    Args:
        name: What the content of the chunks depends on, with their sequence.
        workload: What to emit: sequences from ``replay.next`` to ``workload.events``.
        trace_id: Goes into every event.
        max_seconds: The stream ends when it is so old, with ``DURATION_CAP``.
        replay: The history to fill.
        ledger: Is told of every event.
    """

    def __init__(  # noqa: PLR0913 -- these are the parts of a stream; no two of them belong together
        self, name: str, workload: Workload, *, trace_id: str, max_seconds: float, replay: Replay, ledger: Ledger
    ) -> None:
        self.name = name
        self.trace_id = trace_id
        self.replay = replay
        self.ending: Ending | None = None
        self._workload = workload
        self._max_seconds = max_seconds
        self._ledger = ledger
        self._started: float | None = None
        self._producer: asyncio.Task[None] | None = None
        self._followers: dict[asyncio.Event, None] = {}  # in the order in which they came

    @property
    def age(self) -> float:
        """Seconds since the stream began."""
        return 0.0 if self._started is None else asyncio.get_running_loop().time() - self._started

    @property
    def seconds_remaining(self) -> float:
        """Seconds until the duration cap."""
        return max(0.0, self._max_seconds - self.age)

    @contextmanager
    def followed(self) -> Iterator[asyncio.Event]:
        """What is set with every event, and with the end of the stream: clear it before reading."""
        news = asyncio.Event()
        self._followers[news] = None
        try:
            yield news
        finally:
            del self._followers[news]

    def start(self) -> None:
        """Begin to emit, unless it has begun."""
        if self._producer is None and self.ending is None:
            self._started = asyncio.get_running_loop().time()
            self._producer = asyncio.create_task(self._produce(self._started), name=f"stream {self.name}")

    def stop(self, ending: Ending) -> None:
        """End the stream now, unless it has ended; ``closed`` waits for what that takes."""
        self._end(ending)
        if self._producer is not None:
            self._producer.cancel()

    async def closed(self) -> None:
        """Wait until nothing of an ended stream runs any more."""
        if self._producer is not None:
            await asyncio.wait([self._producer])

    async def _produce(self, started: float) -> None:
        try:
            async with asyncio.timeout_at(started + self._max_seconds):
                await self._emit_all(started)
        except TimeoutError:
            self._end(DURATION_CAP)
        else:
            self._end(FINISHED)
        finally:
            self._end(FAILED)  # unless it has ended otherwise: readers must not wait for a producer that is gone

    async def _emit_all(self, started: float) -> None:
        first = self.replay.next
        now = asyncio.get_running_loop().time
        for sequence in range(first, self._workload.events + 1):
            due = started + (sequence - first) * self._workload.interval  # from the start: lateness doesn't add up
            await asyncio.sleep(max(0.0, due - now()))
            self._emit(sequence)

    def _emit(self, sequence: int) -> None:
        data = chunk(self.name, sequence, self._workload.size, self.trace_id)
        event = self.replay.append("content_chunk", data)
        self._ledger.emitted(sequence, event.event, event.data)
        self._tell()

    def _end(self, ending: Ending) -> None:
        if self.ending is None:
            self.ending = ending
            self._tell()

    def _tell(self) -> None:
        for news in self._followers:
            news.set()
