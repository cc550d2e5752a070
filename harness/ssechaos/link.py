"""A link: one direction of one connection, with its ordered chain of faults.

Bytes go in with ``push``, come out of ``advance`` when they are due, and ``deadline`` says when to ask again. The
link keeps order, whatever a fault answers: what leaves later was sent later, and only an RST may overtake.
Faults join and leave while bytes are under way: what a removed fault held goes on, in order, through the rest
of the chain. There is no clock here, so the live proxy, the simulation and the tests share one link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ssechaos.faults.base import End, Segment
from ssechaos.faults.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from ssechaos.faults.base import Pipe

CAPACITY = 256 * 1024
"""Bytes that a link holds before its driver must stop reading, about what a kernel's buffers hold."""


@dataclass(slots=True, eq=False)
class Stage:
    """One fault's place in a link: its pipe, what waits to leave it, and what passed."""

    pipe: Pipe
    flow: Flow = field(default_factory=Flow)
    _queue: deque[Segment] = field(default_factory=deque)
    _queued: int = 0
    _ended: End | None = None
    _begun: bool = False

    @property
    def held(self) -> int:
        """Bytes in the pipe and in the queue behind it."""
        return self.pipe.held + self._queued

    def deadline(self) -> float | None:
        """When something is due: a segment to leave, or the pipe's own tick."""
        tick = self.pipe.deadline()
        if not self._queue:
            return tick
        due = self._queue[0].at
        return due if tick is None else min(due, tick)

    def feed(self, segment: Segment, now: float) -> None:
        """Take a segment that was due here at ``segment.at``, and came now."""
        if segment.end is End.RST and segment.data:  # it overtakes bytes, and must not bring its own along
            self.feed(Segment(segment.at, segment.data), now)
            segment = Segment(segment.at, end=End.RST)
        self._tick(segment.at)
        self.flow.enter(now, len(segment.data))
        self._enqueue(self.pipe.feed(segment), segment.at)
        self._settle(now)

    def advance(self, now: float) -> Iterator[Segment]:
        """All segments that are due by ``now``, each with the time at which it was due."""
        self._tick(now)
        while self._queue and self._queue[0].at <= now:
            segment = self._queue.popleft()
            self._queued -= len(segment.data)
            self.flow.leave(now, len(segment.data))
            yield segment
        self._settle(now)

    def release(self, now: float) -> Iterator[Segment]:
        """Empty the stage: everything that it holds leaves now, in order."""
        self._tick(now)
        self._queue = deque(Segment(min(segment.at, now), segment.data, segment.end) for segment in self._queue)
        self._enqueue(self.pipe.release(now), now)
        return self.advance(now)

    def _tick(self, now: float) -> None:
        if not self._begun:
            self._begun = True
            self.pipe.begin(now)
        while (due := self.pipe.deadline()) is not None and due <= now:
            self._enqueue(self.pipe.tick(due), due)

    def _enqueue(self, segments: Iterable[Segment], earliest: float) -> None:
        for segment in segments:
            if self._ended is End.RST or (self._ended is End.FIN and segment.end is not End.RST):
                return
            if segment.end is End.RST:
                earliest = max(segment.at, earliest)
                self._drop_after(earliest)
            elif self._queue:
                earliest = max(earliest, self._queue[-1].at)
            self._queue.append(segment if segment.at >= earliest else Segment(earliest, segment.data, segment.end))
            self._queued += len(segment.data)
            self._ended = segment.end

    def _drop_after(self, at: float) -> None:
        """An RST leaves at ``at``: what would have left later never does, as a kernel discards it."""
        while self._queue and self._queue[-1].at > at:
            self._queued -= len(self._queue.pop().data)

    def _settle(self, now: float) -> None:
        """What the pipe swallowed, or an RST threw away, waits no longer."""
        if not self._queued and self.flow.waiting and not self.pipe.held:
            self.flow.discard(now)


class Link:
    """One direction of one connection, with its ordered chain of faults."""

    __slots__ = ("_chain", "_ended", "_ready", "_stages", "capacity")

    def __init__(self, capacity: int = CAPACITY) -> None:
        """A link without faults. ``capacity`` is the bytes held at which ``full`` becomes true."""
        self.capacity = capacity
        self._stages: dict[Hashable, Stage] = {}
        self._chain: tuple[Stage, ...] = ()
        self._ready: list[Segment] = []
        self._ended: End | None = None

    @property
    def held(self) -> int:
        """Bytes inside the link."""
        return sum([stage.held for stage in self._chain])

    @property
    def full(self) -> bool:
        """Whether the driver must stop reading from the sender."""
        return bool(self._chain) and self.held >= self.capacity

    @property
    def transparent(self) -> bool:
        """Whether nothing is in the chain, so that bytes pass at once."""
        return not self._chain

    def push(self, now: float, data: bytes = b"", end: End | None = None) -> None:
        """Bytes, an end, or both, come in now."""
        self._pass_on(Segment(now, data, end), 0, now)

    def advance(self, now: float) -> list[Segment]:
        """Everything that leaves by ``now``, in order. After an end nothing but an RST follows."""
        self._run(now)
        ready, self._ready = self._ready, []
        return ready

    def deadline(self) -> float | None:
        """When ``advance`` is to be called next, unless something is pushed before; None when nothing is due."""
        if self._ready:
            return self._ready[0].at
        return min([at for stage in self._chain if (at := stage.deadline()) is not None], default=None)

    def add(self, key: Hashable, stage: Stage) -> None:
        """Put a fault at the end of the chain; what already left the others is not touched.

        Its time begins with the next ``advance``, so call that (and ask for the deadline) after adding.
        """
        if key in self._stages:
            raise ValueError(f"this link has a fault {key!r} already")
        self._stages[key] = stage
        self._chain = tuple(self._stages.values())

    def remove(self, key: Hashable, now: float) -> None:
        """Take a fault out of the chain. What it held goes on through the faults behind it, in order.

        A pipe that lingers stays in its place, without harm, under no name.
        """
        stage = self._stages[key]
        self._run(now)
        for segment in tuple(stage.release(now)):
            self._pass_on(segment, self._chain.index(stage) + 1, now)
        self._stages = {
            object() if stays is stage else name: stays
            for name, stays in self._stages.items()
            if stays is not stage or stage.pipe.lingers
        }
        self._chain = tuple(self._stages.values())

    def close(self, now: float) -> None:
        """The connection is gone: throw away what is inside, so that no evidence says that it still waits."""
        for stage in self._chain:
            stage.flow.close(now)
        self._stages, self._chain, self._ready = {}, (), []

    def _run(self, now: float) -> None:
        for place, stage in enumerate(self._chain, start=1):
            for segment in stage.advance(now):
                self._pass_on(segment, place, now)

    def _pass_on(self, segment: Segment, place: int, now: float) -> None:
        if place < len(self._chain):
            self._chain[place].feed(segment, now)
        elif self._ended is None or (segment.end is End.RST and self._ended is End.FIN):
            self._ended = segment.end or self._ended
            self._ready.append(segment)
