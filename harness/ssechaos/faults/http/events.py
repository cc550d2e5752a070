"""Faults on single events: what they have in common is that the HTTP around the events stays right.

They act on numbered events only, those with an ``id`` line: what has no id (heartbeats, comments, as a rule the
notice that the stream is complete) can't be replayed, so it is no subject for loss or duplication. They act on
plain event streams only; other responses, and compressed ones, pass. And they act on connections that open while
the fault is in force: on one that is in the middle of a response there is no telling where the next chunk begins.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Protocol

from ssechaos.faults.base import Direction, End, LinkFault, Pipe, PipeContext, Segment, demand
from ssechaos.faults.http.responses import Body, Coding, Foreign, Head, Interim, Over, Part, ResponseReader
from ssechaos.sse import BlockSplitter

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_HELD = 128 * 1024
"""Bytes. A link that holds more stops reading, so whoever waits for more would wait for ever; it is far below."""

_ID_LINE = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])id(?:[:\r\n]|\Z)")
_LENGTH_LINE = re.compile(rb"(?im)^content-length:[^\n]*\n")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of an event: the bytes that leave in its place, and whether the connection ends after them."""

    data: bytes
    end: End | None = None


class OnEvent(Protocol):
    """A fault's decision about one event."""

    def __call__(self, block: bytes, number: int) -> Change:
        """``block`` is the event with its blank line; ``number`` counts this connection's, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFault(LinkFault):
    """A fault on single events, which come from the server."""

    keeps_bytes: ClassVar[bool] = False

    direction: Direction = Direction.DOWNSTREAM

    def __post_init__(self) -> None:
        LinkFault.__post_init__(self)
        demand(self, "events flow downstream only", self.direction is Direction.DOWNSTREAM)

    def pipe(self, context: PipeContext) -> Pipe:
        """A pipe that shows each event to the fault."""
        return _EventPipe(context, self.decide(context))

    def decide(self, context: PipeContext) -> OnEvent:
        """What this fault does to the events of one connection."""
        raise NotImplementedError  # pragma: no cover - each fault decides for itself


class _EventPipe(Pipe):
    """Takes responses apart down to events, and puts together what is left of them.

    A body of a set length is sent on in chunks, because its length may change.
    """

    __slots__ = ("_blocks", "_coding", "_cut", "_decide", "_number", "_partial", "_reader", "_removed", "_tally")

    def __init__(self, context: PipeContext, decide: OnEvent) -> None:
        self._tally = context.tally
        self._decide = decide
        self._reader = ResponseReader(context.tally)
        self._coding = Coding.CLOSE
        self._blocks: BlockSplitter | None = None
        self._partial = 0
        self._number = 0
        self._cut: End | None = None
        self._removed = False

    @property
    def held(self) -> int:
        return self._partial + len(self._reader.pending)

    @property
    def lingers(self) -> bool:
        return self._reader.in_body

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if self._cut:
            return ()
        if segment.end is End.RST:
            self._finish()
            return (segment,)
        out = self._put(self._reader.feed(segment.data)) if segment.data else b""
        if segment.end and not self._cut:
            out += self._finish()
        return (Segment(segment.at, out, self._cut or segment.end),) if out or self._cut or segment.end else ()

    def release(self, now: float) -> Iterable[Segment]:
        self._removed = True
        rest = self._give_up() + self._reader.pending
        return (Segment(now, rest),) if rest else ()

    def _finish(self) -> bytes:
        """The server has ended the connection: what is left of it."""
        rest = self._give_up() + self._put(self._reader.finish()) + self._reader.pending
        self._reader = ResponseReader(self._tally)
        return rest

    def _put(self, parts: list[Part]) -> bytes:
        out = b""
        for part in parts:
            out += self._one(part)
            if self._cut:
                break
        return out

    def _one(self, part: Part) -> bytes:
        match part:
            case Head():
                return self._head(part)
            case Body(data):
                return self._frame(data if self._blocks is None else self._split(self._blocks, data))
            case Over(trailers):
                rest = self._give_up()
                return rest + b"0\r\n" + trailers + b"\r\n" if self._coding is Coding.CHUNKED else rest
            case Interim(raw):
                return raw
            case Foreign(raw):
                return self._give_up() + raw

    def _head(self, head: Head) -> bytes:
        self._coding = head.coding
        if self._removed or not _plain_event_stream(head):
            return head.raw
        self._blocks = BlockSplitter(
            max_block=sys.maxsize
        )  # its bound would lose bytes; _split has one that does not
        if head.coding is not Coding.LENGTH:
            return head.raw
        self._coding = Coding.CHUNKED
        return _LENGTH_LINE.sub(b"", head.raw)[:-2] + b"Transfer-Encoding: chunked\r\n\r\n"

    def _split(self, blocks: BlockSplitter, data: bytes) -> bytes:
        self._partial += len(data)
        out = b""
        for block in blocks.feed(data):
            self._partial -= len(block)
            out += self._event(block) if _ID_LINE.search(block) else block
            if self._cut:
                self._unsplit()
                return out
        if self._partial > MOST_HELD:
            self._tally["events_too_large"] += 1
            out += self._unsplit()
        return out

    def _event(self, block: bytes) -> bytes:
        self._number += 1
        self._tally["events"] += 1
        change = self._decide(block, self._number)
        self._cut = change.end
        return change.data

    def _unsplit(self) -> bytes:
        """Hold nothing any more: the beginning of an event, and all after it, passes as it is."""
        rest = self._blocks.pending if self._blocks else b""
        self._blocks, self._partial = None, 0
        return rest

    def _give_up(self) -> bytes:
        return self._frame(self._unsplit())

    def _frame(self, data: bytes) -> bytes:
        if not data or self._coding is not Coding.CHUNKED:
            return data
        return b"%x\r\n%b\r\n" % (len(data), data)


def _plain_event_stream(head: Head) -> bool:
    kind = head.fields.get(b"content-type", b"").split(b";")[0].strip().lower()
    return kind == b"text/event-stream" and head.fields.get(b"content-encoding", b"identity") == b"identity"
