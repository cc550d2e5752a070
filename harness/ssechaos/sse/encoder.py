"""Events to bytes, such that a parser gets back what was encoded (WHATWG HTML standard, section 9.2.5)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.sse.event import Event

_UNSENDABLE = re.compile(r"[\r\n\0]")


@lru_cache(maxsize=64)  # an event is sent to every reader of its stream, and again in replays
def encode(event: Event) -> bytes:
    """Return the block of `event`, blank line included.

    CR and CRLF in the data come out of a parser as LF.

    Raises:
        ValueError: A field can't be written so that a parser reads it back.
    """
    return _head(event).encode() + _lines(b"data: ", event.data) + b"\n"


def encode_comment(text: str) -> bytes:
    """Return `text` as comment lines and a blank line.

    The blank line makes the comment a block of its own, so that whoever handles whole blocks passes it on
    at once. Don't write one into the middle of an event.
    """
    return _lines(b": ", text) + b"\n"


def _lines(field: bytes, text: str) -> bytes:
    """The text with `field` before each of its lines."""
    lines = text.encode().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return field + lines.replace(b"\n", b"\n" + field) + b"\n"


def _head(event: Event) -> str:
    fields = ""
    if event.event != "message":
        fields += f"event: {_event_type(event.event)}\n"
    if event.id is not None:
        fields += f"id: {_one_line('id', event.id)}\n"
    if event.retry is not None:
        fields += f"retry: {_not_negative(event.retry)}\n"
    return fields


def _event_type(name: str) -> str:
    if not name:
        raise ValueError("an empty event type is read as 'message': leave it at 'message'")
    return _one_line("event", name)


def _one_line(field: str, value: str) -> str:
    if _UNSENDABLE.search(value):
        raise ValueError(f"the {field} of an event is one line without NUL, got {value!r}: encode it first")
    return value


def _not_negative(retry: int) -> int:
    if retry < 0:
        raise ValueError(f"retry is a number of milliseconds from 0 up, got {retry}")
    return retry
