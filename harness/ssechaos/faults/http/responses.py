"""The bytes that a server sends on one connection, taken apart into responses (RFC 9112).

Requests go the other way and are not seen, so each response is read as the answer to a GET.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping

_BEGINNING = b"HTTP/1."


class Coding(Enum):
    """What says where a body ends (RFC 9112, section 6.3)."""

    CHUNKED = auto()
    LENGTH = auto()
    CLOSE = auto()


@dataclass(frozen=True, slots=True)
class Head:
    """A response begins."""

    raw: bytes
    """Status line and header lines, with the empty line."""
    fields: Mapping[bytes, bytes]
    """Header fields by lower-case name."""
    coding: Coding


@dataclass(frozen=True, slots=True)
class Body:
    """Some bytes of the body, without the chunks that they came in."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Over:
    """A response is complete. ``trailers`` are the field lines after the last chunk."""

    trailers: bytes = b""


@dataclass(frozen=True, slots=True)
class Interim:
    """A whole response of the 1xx kind, which has no body."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Foreign:
    """Bytes that are no HTTP/1.1 response; nothing else follows."""

    raw: bytes


Part = Head | Body | Over | Interim | Foreign


class ResponseReader:
    """Bytes to parts, in any splits."""

    __slots__ = ("_coding", "_foreign", "_head", "_http", "_tally")

    def __init__(self, tally: Counter[str]) -> None:
        """What turns out to be something else than HTTP is counted in ``tally`` as ``not_http``."""
        self._tally = tally
        self._http = _expecting()
        self._head = bytearray()
        self._coding: Coding | None = None
        self._foreign = False

    @property
    def pending(self) -> bytes:
        """The beginning of a head that is not complete yet."""
        return bytes(self._head)

    @property
    def in_body(self) -> bool:
        """Whether a response has begun and is not over."""
        return self._coding is not None

    def feed(self, data: bytes) -> list[Part]:
        """Take the next bytes and return what they complete."""
        if self._foreign:
            return [Foreign(data)]
        parts: list[Part] = []
        try:
            parts.extend(self._read(data))
        except h11.RemoteProtocolError:
            self._foreign = True
            self._tally["not_http"] += 1
            parts.append(Foreign(self.pending or self._http.trailing_data[0]))
            self._head.clear()
        return parts

    def finish(self) -> list[Part]:
        """The server closed its direction: that completes a body without length, and breaks off any other."""
        return [Over()] if self._coding is Coding.CLOSE else []

    def _read(self, data: bytes) -> Iterator[Part]:
        while data:
            if self._coding is None:
                self._begin(data)
            self._http.receive_data(data)
            data = b""
            while (event := self._http.next_event()) is not h11.NEED_DATA and event is not h11.PAUSED:
                yield self._part(event)
                if isinstance(event, h11.EndOfMessage):
                    data = self._http.trailing_data[0]
                    self._http = _expecting()
                    break

    def _begin(self, data: bytes) -> None:
        self._head += data
        if not self._head.startswith(_BEGINNING[: len(self._head)]):
            raise h11.RemoteProtocolError("no status line of HTTP/1")

    def _part(self, event: object) -> Part:
        if isinstance(event, h11.Data):
            return Body(bytes(event.data))
        if isinstance(event, h11.EndOfMessage):
            self._coding = None
            return Over(b"".join(b"%b: %b\r\n" % field for field in event.headers.raw_items()))
        assert isinstance(event, h11.Response | h11.InformationalResponse)  # noqa: S101 - nothing else is received
        raw = self._take_head()
        if isinstance(event, h11.InformationalResponse):
            self._head += self._http.trailing_data[0]
            return Interim(raw)
        fields = dict(event.headers)
        self._coding = _coding(fields)
        return Head(raw, fields, self._coding)

    def _take_head(self) -> bytes:
        raw = self._head[: len(self._head) - len(self._http.trailing_data[0])]
        self._head.clear()
        return bytes(raw)


def _coding(fields: Mapping[bytes, bytes]) -> Coding:
    if b"transfer-encoding" in fields:
        return Coding.CHUNKED
    return Coding.LENGTH if b"content-length" in fields else Coding.CLOSE


def _expecting() -> h11.Connection:
    """A client that has sent a request and waits for the response."""
    http = h11.Connection(h11.CLIENT)
    http.send(h11.Request(method="GET", target="/", headers=[("Host", "any")]))
    http.send(h11.EndOfMessage())
    return http
