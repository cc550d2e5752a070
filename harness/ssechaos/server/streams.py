"""The streams of a server: found by name, created at the first request, dropped when nobody reads them."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Protocol

from ssechaos.server.refusal import RefusalError
from ssechaos.server.replay import parse_id
from ssechaos.server.stream import SHUTDOWN, Ending, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from ssechaos.model import ServerSettings
    from ssechaos.server.ledger import Ledger
    from ssechaos.server.query import StreamQuery
    from ssechaos.server.replay import Replay

_UNAVAILABLE = 503
_UNREAD = Ending("error", "unread")  # seen by nobody: it ends because it has no reader


class ReplayFactory(Protocol):
    """Makes the history of a new stream, as ``Replay`` itself does."""

    def __call__(self, limit: int, first: int) -> Replay:
        """A history of ``limit`` events that begins with ``first``."""


@dataclass(slots=True)
class _Kept:
    stream: Stream
    readers: int = 0
    drop: asyncio.TimerHandle | None = None


class Streams:
    """All streams of a server.

    A later request for a known name joins its stream, whatever workload and trace id it brings. A stream without
    a name belongs to its one connection and goes with it: a client that comes back to one with
    ``Last-Event-ID: N`` gets a new stream that begins at N+1. All unnamed streams have the same texts, so only
    the trace id and the times tell it from the stream that was lost.

    Args:
        settings: Bounds and times.
        replay: Makes the history of each stream.
        ledger: Is told of every event.
        random: Makes the trace ids of requests that bring none.
    """

    def __init__(self, settings: ServerSettings, replay: ReplayFactory, ledger: Ledger, random: Random) -> None:
        self._settings = settings
        self._replay = replay
        self._ledger = ledger
        self._random = random
        self._unnamed = count(1)
        self._kept: dict[str, _Kept] = {}
        self._closing = False

    def __len__(self) -> int:
        return len(self._kept)

    @contextmanager
    def reading(self, query: StreamQuery) -> Iterator[Stream]:
        """Read the stream that is asked for; it runs from its first reader on.

        Raises:
            RefusalError: there are too many streams already, or the server is closing (503).
        """
        name = query.stream or f"~{next(self._unnamed)}"  # "~" is in no name that a client can give
        kept = self._kept.get(name) or self._create(name, query)
        self._join(kept)
        try:
            yield kept.stream
        finally:
            self._leave(name, kept, patience=self._settings.idle_stream_seconds if query.stream else 0.0)

    async def close(self) -> None:
        """End every stream, with an error event for its readers, and create no more."""
        self._closing = True
        for kept in self._kept.values():
            _forget_timer(kept)
            kept.stream.stop(SHUTDOWN)
        await asyncio.gather(*(kept.stream.closed() for kept in self._kept.values()))

    def _create(self, name: str, query: StreamQuery) -> _Kept:
        if self._closing:
            raise RefusalError(_UNAVAILABLE, "this server is shutting down: come back later", self._settings.retry)
        if len(self) >= self._settings.max_streams:
            message = f"all {self._settings.max_streams} streams of this server are taken: come back later"
            raise RefusalError(_UNAVAILABLE, message, self._settings.retry)
        stream = Stream(
            query.stream or "",
            query.workload,
            trace_id=query.trace_id or f"{self._random.getrandbits(64):016x}",
            max_seconds=self._settings.stream_max_seconds,
            replay=self._replay(limit=self._settings.history, first=_first_sequence(query)),
            ledger=self._ledger,
        )
        kept = self._kept[name] = _Kept(stream)
        return kept

    def _join(self, kept: _Kept) -> None:
        kept.readers += 1
        _forget_timer(kept)
        kept.stream.start()

    def _leave(self, name: str, kept: _Kept, patience: float) -> None:
        kept.readers -= 1
        if not kept.readers and not self._closing:
            kept.drop = asyncio.get_running_loop().call_later(patience, self._drop, name)

    def _drop(self, name: str) -> None:
        self._kept.pop(name).stream.stop(_UNREAD)


def _first_sequence(query: StreamQuery) -> int:
    """Where a new stream begins: behind what the client of an unnamed one has, if that can be so."""
    last = parse_id(query.last_event_id or "") or 0
    return last + 1 if query.stream is None and last <= query.workload.events else 1


def _forget_timer(kept: _Kept) -> None:
    if kept.drop is not None:
        kept.drop.cancel()
        kept.drop = None
