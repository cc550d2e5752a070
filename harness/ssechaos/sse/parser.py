"""Lines to events: the second half of the parser (WHATWG HTML standard, section 9.2.6).

One `Parser` reads one connection. The end of a stream drops its incomplete block, so there is nothing to
call at the end: let go of the parser, and hand its `last_event_id` to the one for the next connection.
"""

from __future__ import annotations

import sys

from ssechaos.errors import ProtocolError
from ssechaos.sse.event import Event
from ssechaos.sse.lines import LineDecoder

_ONE_MIB = 1 << 20


class Parser:
    """Turns the bytes of one connection into events, however the bytes are split.

    Attributes:
        last_event_id: What to send as `Last-Event-ID`, "" for nothing. Committed at the end of a block, also
            of a block without data.
        reconnection_time: The last valid `retry` in seconds, None before the first.
        comments: How many comment lines have come; they are signs of life without an event.
    """

    def __init__(self, max_line: int = _ONE_MIB, max_event: int = _ONE_MIB, last_event_id: str = "") -> None:
        """Begin a connection.

        Args:
            max_line: Most bytes of one line, without its terminator.
            max_event: Most bytes of one event's data.
            last_event_id: The id that the stream's previous connection ended with.
        """
        self.last_event_id = last_event_id
        self.reconnection_time: float | None = None
        self.comments = 0
        self._max_event = max_event
        self._lines = LineDecoder(max_line)
        self._data = bytearray()
        self._type = b""
        self._id: str | None = None
        self._error: ProtocolError | None = None

    def feed(self, data: bytes) -> list[Event]:
        """Take the next bytes and return the events that they complete.

        Raises:
            ProtocolError: A line or an event is over its bound. Events before it are not lost, for their ids
                are committed: a call that completes some returns them, and the next call raises. So does
                every call after that.
        """
        if self._error is not None:
            raise self._error
        events: list[Event] = []
        try:
            self._read(data, events)
        except ProtocolError as error:
            self._error = error
            if not events:
                raise
        return events

    def _read(self, data: bytes, events: list[Event]) -> None:
        for line in self._lines.feed(data):
            if line:
                self._process_field(line)
            elif (event := self._dispatch()) is not None:
                events.append(event)

    def _process_field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        match name:
            case b"data":
                self._append_data(value)
            case b"event":
                self._type = value
            case b"id" if b"\0" not in value:
                self._id = _decode(value)
            case b"retry" if value.isdigit():
                self.reconnection_time = _seconds(value)
            case b"":
                self.comments += 1

    def _append_data(self, value: bytes) -> None:
        if len(self._data) + len(value) > self._max_event:
            raise ProtocolError(
                f"the event stream has an event of more than {self._max_event} bytes of data (the bound "
                "max_event); if the server means to send such events, use a Parser with a larger max_event"
            )
        self._data += value
        self._data += b"\n"

    def _dispatch(self) -> Event | None:
        event = self._event() if self._data else None
        if self._id is not None:
            self.last_event_id = self._id
        self._data.clear()
        self._type = b""
        self._id = None
        return event

    def _event(self) -> Event:
        del self._data[-1]
        return Event(_decode(self._data), _decode(self._type) or "message", self._id)


def _decode(raw: bytes | bytearray) -> str:
    return raw.decode("utf-8", "replace")


def _seconds(milliseconds: bytes) -> float:
    # Not int(): it refuses more than 4300 digits, and the standard has no limit.
    return min(float(milliseconds) / 1000, sys.float_info.max)
