"""How many server-sent events the responses of one connection hold, counted as they pass and at little cost.

Heads are read by h11. Bodies are only followed to their ends (RFC 9112, section 6.3), since that is what every
piece of a stream has to pay for; those of plain event streams go through the parser.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from ssechaos.errors import ProtocolError
from ssechaos.faults.http import Coding, Foreign, Head, ResponseReader
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEGINNING = b"HTTP/1."
_BLANK = b"\r\n\r\n"
_MOST_HEAD = 64 * 1024
_MOST_LINE = 8 * 1024


class EventCount:
    """Takes what a server sends on one connection."""

    __slots__ = ("_body", "_foreign", "_head", "_parser", "events")

    def __init__(self) -> None:
        self.events = 0
        """How many are complete."""
        self._head = b""
        self._body: _Body | None = None
        self._parser: Parser | None = None
        self._foreign = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes. What turns out to be no HTTP/1.1 is not looked into from there on."""
        try:
            while data and not self._foreign:
                data = self._read_head(data) if self._body is None else self._read_body(self._body, data)
        except (ValueError, ProtocolError):
            self._foreign = True

    def _read_head(self, data: bytes) -> bytes:
        self._head += data
        head, blank, rest = self._head.partition(_BLANK)
        if not head.startswith(_BEGINNING[: len(head)]) or len(head) > _MOST_HEAD:
            raise ValueError("no head of HTTP/1")
        if not blank:
            return b""
        self._head = b""
        # Interim responses, and those without a body, are over already.
        match ResponseReader(Counter()).feed(head + blank):
            case [Head() as begun]:
                self._begin(begun)
            case [Foreign()]:
                raise ValueError("no head of HTTP/1")
        return rest

    def _begin(self, head: Head) -> None:
        self._parser = Parser() if _plain_event_stream(head.fields) else None
        match head.coding:
            case Coding.CHUNKED:
                self._body = _Chunked()
            case Coding.LENGTH:
                self._body = _Sized(int(head.fields[b"content-length"]))
            case Coding.CLOSE:
                self._body = _Endless()

    def _read_body(self, body: _Body, data: bytes) -> bytes:
        pieces, rest = body.take(data)
        if self._parser is not None:
            for piece in pieces:
                self.events += len(self._parser.feed(piece))
        if body.over:
            self._body = None
        return rest


class _Body(Protocol):
    """Follows one body."""

    over: bool
    """Whether it is complete."""

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        """The pieces of the body in ``data``, and what comes behind the body."""


class _Endless:
    """A body that ends with the connection."""

    over = False

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        return [data], b""


class _Sized:
    """A body of so many bytes."""

    __slots__ = ("_left", "over")

    def __init__(self, size: int) -> None:
        self._left = size
        self.over = False

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        piece, rest = data[: self._left], data[self._left :]
        self._left -= len(piece)
        self.over = not self._left
        return [piece], rest


class _Chunked:
    """A body in chunks (RFC 9112, section 7.1)."""

    __slots__ = ("_left", "_line", "_trailers", "over")

    def __init__(self) -> None:
        self._left = 0
        self._line = b""
        self._trailers = False
        self.over = False

    def take(self, data: bytes) -> tuple[list[bytes], bytes]:
        pieces = []
        while data and not self.over:
            if self._left:
                pieces.append(data[: self._left])
                data = data[self._left :]
                self._left -= len(pieces[-1])
            else:
                data = self._take_line(data)
        return pieces, data

    def _take_line(self, data: bytes) -> bytes:
        """A line that is no body: a chunk's size, the empty one behind a chunk, or a trailer."""
        line, newline, rest = data.partition(b"\n")
        self._line += line
        if len(self._line) > _MOST_LINE:
            raise ValueError("a chunk's size of that length")
        if newline:
            whole, self._line = self._line.strip(), b""
            if self._trailers:
                self.over = not whole
            elif whole:
                self._left = _size(whole)
                self._trailers = not self._left
        return rest


def _size(line: bytes) -> int:
    size = int(line.partition(b";")[0], 16)
    if size < 0:
        raise ValueError("a chunk of less than no bytes")
    return size


def _plain_event_stream(fields: Mapping[bytes, bytes]) -> bool:
    kind = fields.get(b"content-type", b"").split(b";")[0].strip().lower()
    return kind == b"text/event-stream" and fields.get(b"content-encoding", b"identity") == b"identity"
