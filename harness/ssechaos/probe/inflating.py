"""Compressed bytes to bytes, as they come: aiohttp would hide how large reads were on the wire."""

from __future__ import annotations

import zlib
from typing import Protocol

from ssechaos.errors import ProtocolError

OFFERED = "gzip, deflate"
"""What a probe asks for; what browsers ask for too, as far as it can be undone here."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_MOST = 1 << 24
"""Most bytes that one read may become: a stream that compresses better than this means harm."""


class Inflater(Protocol):
    """Undoes a content coding."""

    def feed(self, data: bytes) -> bytes:
        """The bytes that can be told so far.

        Raises:
            ProtocolError: they are not in that coding, or become far too many.
        """


class Plain:
    """No coding at all."""

    def feed(self, data: bytes) -> bytes:
        """The same bytes."""
        return data


class Zlib:
    """``gzip`` and ``deflate`` (RFC 1952, RFC 1950)."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(_GZIP_OR_ZLIB)

    def feed(self, data: bytes) -> bytes:
        """The bytes that can be told so far."""
        try:
            plain = self._inflate.decompress(data, _MOST)
        except zlib.error as error:
            raise ProtocolError(f"the body is not in its Content-Encoding ({error})") from error
        if self._inflate.unconsumed_tail:
            raise ProtocolError(f"one read became more than {_MOST} bytes once its compression was undone")
        return plain


def inflater(coding: str) -> Inflater:
    """What undoes a ``Content-Encoding``.

    Raises:
        ProtocolError: it was not asked for.
    """
    match coding:
        case "":
            return Plain()
        case "gzip" | "x-gzip" | "deflate":
            return Zlib()
    raise ProtocolError(f"the answer is in the coding {coding!r}, though only {OFFERED} were asked for")
