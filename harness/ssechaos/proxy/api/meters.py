"""What goes through a proxy, counted while it goes: bytes that left, and server-sent events that came.

Toxiproxy's own counters move only when a connection ends, which for a stream may be hours.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ssechaos.errors import ProtocolError
from ssechaos.faults.base import Direction, LinkFault, Pipe
from ssechaos.faults.http import Body, Foreign, Head, Over, ResponseReader
from ssechaos.installation import Installation
from ssechaos.link import Stage
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.faults.base import Segment
    from ssechaos.faults.http import Part


class BytesMeter(Installation):
    """Stands behind the toxics, and counts what leaves each direction."""

    def __init__(self) -> None:
        super().__init__(LinkFault(), "", lambda *_: None)

    def stage(self, connection: int, direction: Direction) -> Stage:  # noqa: ARG002 - the face of installations
        """A counting stage."""
        return Stage(_CountingBytes(self.tally, direction))


class EventsMeter(Installation):
    """Stands before the toxics, and counts the events that servers send."""

    def __init__(self) -> None:
        super().__init__(LinkFault(direction=Direction.DOWNSTREAM), "", lambda *_: None)

    def stage(self, connection: int, direction: Direction) -> Stage | None:  # noqa: ARG002 - likewise
        """A counting stage."""
        return Stage(_CountingEvents(self.tally)) if direction is Direction.DOWNSTREAM else None


class _CountingBytes(Pipe):
    __slots__ = ("_name", "_tally")

    def __init__(self, tally: Counter[str], direction: Direction) -> None:
        self._tally = tally
        self._name = direction.value

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self._tally[self._name] += len(segment.data)
        return (segment,)


class _CountingEvents(Pipe):
    """Reads along. What is no HTTP, or no plain event stream, is not looked into."""

    __slots__ = ("_parser", "_reader", "_tally")

    def __init__(self, tally: Counter[str]) -> None:
        self._tally = tally
        self._reader: ResponseReader | None = ResponseReader(Counter())
        self._parser: Parser | None = None

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if self._reader is not None and segment.data:
            for part in self._reader.feed(segment.data):
                self._read(part)
        return (segment,)

    def _read(self, part: Part) -> None:
        match part:
            case Head(fields=fields):
                kind = fields.get(b"content-type", b"").split(b";")[0].strip().lower()
                plain = fields.get(b"content-encoding", b"identity") == b"identity"
                streams = kind == b"text/event-stream" and plain
                self._parser = Parser() if streams else None
            case Body(data) if self._parser is not None:
                self._count(self._parser, data)
            case Over():
                self._parser = None
            case Foreign():
                self._reader = None

    def _count(self, parser: Parser, data: bytes) -> None:
        try:
            self._tally["events"] += len(parser.feed(data))
        except ProtocolError:  # an event beyond all bounds; what follows can't be told apart
            self._parser = None
