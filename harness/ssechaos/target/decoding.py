"""The bytes of an answer as events, compressed or not. What is read here is a copy; the bytes themselves go on."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from ssechaos.errors import ProtocolError, TargetError
from ssechaos.sse import Parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.sse import Event

_PIECE = 64 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32  # zlib tells them apart by their first bytes
_CODINGS = frozenset({"gzip", "x-gzip", "deflate"})


class EventReader:
    """Reads the events of one answer."""

    def __init__(self, coding: str) -> None:
        """``coding`` is the answer's ``Content-Encoding``.

        Raises:
            TargetError: it is none that can be read here.
        """
        name = coding.strip().lower()
        if name not in {"", "identity", *_CODINGS}:
            raise TargetError(
                f"the target compresses its stream as {coding!r}, which can't be read here: turn that off for "
                "text/event-stream, or ask for another with --header 'Accept-Encoding: gzip'"
            )
        self._unpacker = _Unpacker() if name in _CODINGS else None
        self._parser = Parser()

    @property
    def comments(self) -> int:
        """How many comments have come."""
        return self._parser.comments

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take the next bytes; the events that they complete.

        Raises:
            TargetError: they are not in the answer's coding, or are more than can be read.
        """
        try:
            for piece in [data] if self._unpacker is None else self._unpacker.feed(data):
                yield from self._parser.feed(piece)
        except ProtocolError as error:
            raise TargetError(f"the target's stream can't be read: {error}") from error
        except zlib.error as error:
            raise TargetError(f"the target's stream is not compressed as its head says: {error}") from error


class _Unpacker:
    """Undoes gzip (RFC 1952) and deflate (RFC 1950, or RFC 1951 as some servers take it), in bounded pieces."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._started = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        if not self._started:
            self._zlib = _started(data)
            self._started = True
        while data:
            yield self._zlib.decompress(data, _PIECE)
            data = self._zlib.unconsumed_tail
            if self._zlib.eof:
                data = self._zlib.unused_data  # gzip may have several members
                self._zlib = zlib.decompressobj(_GZIP_OR_ZLIB)


def _started(data: bytes) -> zlib._Decompress:
    """What can undo a stream that begins so."""
    try:
        zlib.decompressobj(_GZIP_OR_ZLIB).decompress(data, 1)
    except zlib.error:
        return zlib.decompressobj(-zlib.MAX_WBITS)
    return zlib.decompressobj(_GZIP_OR_ZLIB)
