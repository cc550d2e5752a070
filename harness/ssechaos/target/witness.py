"""The witness: a connection to the target that bypasses the faults. What it sees is what the target produced.

It is there before the first client's request is passed on, and until the run is over. When its connection breaks,
it comes back with ``Last-Event-ID``, as any client does. A witness that missed something is none.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import aiohttp

from ssechaos.client.breaks import next_bytes, reason
from ssechaos.errors import TargetError
from ssechaos.target.course import Course
from ssechaos.target.decoding import EventReader

if TYPE_CHECKING:
    from types import TracebackType

    from ssechaos.model import Terms
    from ssechaos.recording import ServerRecorder
    from ssechaos.sse import Event
    from ssechaos.target.asking import Asking

PAUSE = 0.5
"""Seconds between two tries to come back."""
MOST_TRIES = 5
"""After so many tries in a row that brought nothing new, the witness is lost."""
PATIENCE = 5.0
"""Seconds that a witness may need, when the run is over, to see what the clients were sent."""

_LOOK_EVERY = 0.02
_OK = 200


class Witness:
    """Reads the stream for the ledger. ``async with`` ends it."""

    def __init__(self, asking: Asking, ledger: ServerRecorder, terms: Terms) -> None:
        self._asking = asking
        self._ledger = ledger
        self._course = Course(terms)
        self._last_event_id: str | None = None
        self._tries = 0
        self._is_open = asyncio.Event()
        self._broken: TargetError | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def check(self) -> None:
        """Look whether it still sees everything.

        Raises:
            TargetError: it does not; says why.
        """
        if self._broken is not None:
            raise self._broken

    async def watching(self) -> None:
        """Wait until it reads the stream; the first call starts it.

        Raises:
            TargetError: it can't.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        await self._is_open.wait()
        self.check()

    async def seen(self, highest: int) -> None:
        """Wait until it has seen the stream up to the sequence ``highest``, or to its end.

        Raises:
            TargetError: it does not come to see that.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                while self._course.highest < highest and not self._course.complete:
                    self.check()
                    await asyncio.sleep(_LOOK_EVERY)
        except TimeoutError as error:
            raise TargetError(
                f"the witness saw the stream only up to {self._course.highest}, the clients were sent {highest}"
            ) from error
        self.check()

    async def _watch(self) -> None:
        try:
            while not self._course.complete:
                cause = await self._read()
                if not self._course.complete:
                    await self._again(cause)
        except TargetError as error:
            self._broken = error
        finally:
            self._is_open.set()

    async def _again(self, cause: str) -> None:
        self._tries += 1
        if self._tries > MOST_TRIES:
            raise TargetError(f"the witness can't be kept: {cause}; without it nobody knows what was sent")
        await asyncio.sleep(PAUSE)

    async def _read(self) -> str:
        """Read one connection to its end; returns how it ended."""
        try:
            async with self._asking.stream(self._last_event_id) as answer:
                if answer.status != _OK:
                    return f"the target answers it {answer.status} {answer.reason}"
                self._is_open.set()
                await self._listen(answer)
        except (aiohttp.ClientError, OSError) as error:
            return reason(error)
        return "its stream ended before it was complete"

    async def _listen(self, answer: aiohttp.ClientResponse) -> None:
        reader = EventReader(answer.headers.get("Content-Encoding", ""))
        due = self._course.highest + 1 if self._course.highest >= 0 else None
        while data := await next_bytes(answer.content):
            for event in reader.feed(data):
                due = self._see(event, due)

    def _see(self, event: Event, due: int | None) -> int | None:
        """Take an event. On a connection that came back, ``due`` is the sequence to come before any later one."""
        place = self._course.take(event)
        self._last_event_id = event.id or self._last_event_id
        if place.sequence is None or not place.first:
            return due
        if due is not None and place.sequence > due:
            raise TargetError(
                f"the witness was away when the events {due} to {place.sequence - 1} were sent, and the target "
                "did not send them again"
            )
        self._tries = 0
        self._ledger.emitted(place.sequence, event.event, event.data)
        return None
