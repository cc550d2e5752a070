"""What is agreed about a stream: where its events are counted, and what its last one is.

Servers differ in both. Without this nobody can say what is missing, nor whether a stream that ended is complete:
the end of a connection is not the end of a stream.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from ssechaos.errors import UsageError
from ssechaos.model.entries import digest

_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)
_HIGHEST = 10**18

USUAL_EVENTS = frozenset({"complete", "message_stop"})
"""The last events of this project's streams, and of Anthropic's."""
USUAL_DATA = "[DONE]"
"""The data of the last event of OpenAI's streams."""
_USUAL_DIGEST = digest(USUAL_DATA)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Where the sequence of an event stands: in its id, or at a JSON ``pointer`` (RFC 6901) into its data."""

    pointer: str | None = None

    @classmethod
    def parse(cls, text: str) -> Numbering:
        """Read ``id`` or ``data:/json/pointer``.

        Raises:
            UsageError: it is neither.
        """
        kind, colon, pointer = text.partition(":")
        if text == "id":
            return cls()
        if kind != "data" or not colon or not _POINTER.fullmatch(pointer):
            raise UsageError(f"--sequence takes id, or data:/json/pointer (RFC 6901), not {text!r}")
        return cls(pointer)

    def of(self, event_id: str | None, data: str) -> int | None:
        """The sequence of an event; None when it has none, as a heartbeat."""
        if self.pointer is None:
            return int(event_id) if event_id is not None and _NUMBER.fullmatch(event_id) else None
        found = _at(self.pointer, data)
        counts = isinstance(found, int) and not isinstance(found, bool) and 0 <= found < _HIGHEST
        return found if counts else None

    def __str__(self) -> str:
        return "id" if self.pointer is None else f"data:{self.pointer}"


@dataclass(frozen=True, slots=True)
class Until:
    """When a stream is complete: after an event of a type, after one with some data, or after so many events.

    One of the three is set. With none of them, after any of the usual last events: ``complete``, ``message_stop``,
    or a ``message`` whose data is ``[DONE]``.
    """

    event: str | None = None
    data: str | None = None
    events: int | None = None
    """Of events with a sequence, each counted once."""

    @classmethod
    def parse(cls, text: str) -> Until:
        """Read ``event:NAME``, ``data:TEXT``, ``events:N`` or ``usual``.

        Raises:
            UsageError: it is none of them.
        """
        kind, _, value = text.partition(":")
        if text == "usual":
            return cls()
        if kind == "event" and value:
            return cls(event=value)
        if kind == "data" and value:
            return cls(data=value)
        if kind == "events" and _NUMBER.fullmatch(value) and int(value) > 0:
            return cls(events=int(value))
        raise UsageError(f"--until takes event:NAME, data:TEXT, events:N or usual, not {text!r}")

    def marks(self, event: str, data_digest: str) -> bool:
        """Whether an event of this type, whose data has this digest, is the last one; a count never shows so."""
        if self.data is not None:
            return data_digest == digest(self.data)
        if self.event is not None or self.events is not None:
            return event == self.event
        return event in USUAL_EVENTS or (event, data_digest) == ("message", _USUAL_DIGEST)

    def __str__(self) -> str:
        for name, value in (("event", self.event), ("data", self.data), ("events", self.events)):
            if value is not None:
                return f"{name}:{value}"
        return "usual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How the events of a stream are counted, and when it is complete."""

    numbering: Numbering = field(default_factory=Numbering)
    until: Until = field(default_factory=Until)


class Ending:
    """Reads one stream and says when it is complete. What comes after the last event is no part of it."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._seen: set[int] = set()

    def marked(self, event: str, data: str) -> bool:
        """Whether this event says by itself that the stream is complete."""
        return self._terms.until.marks(event, digest(data))

    def after(self, event: str, data: str, event_id: str | None) -> bool:
        """Take the next event of the stream; whether the stream is complete with it."""
        wanted = self._terms.until.events
        if wanted is None:
            return self.marked(event, data)
        sequence = self._terms.numbering.of(event_id, data)
        if sequence is not None:
            self._seen.add(sequence)
        return len(self._seen) >= wanted


def terms_from_json(data: dict[str, Any]) -> Terms:
    """Read back the ``asdict`` of terms; what is missing is as it is by default.

    Raises:
        TypeError: a field is unknown.
    """
    numbering, until = (data.get(name, {}) for name in ("numbering", "until"))
    return Terms(numbering=Numbering(**numbering), until=Until(**until))


def _at(pointer: str, data: str) -> Any:
    """What the pointer leads to; None when it leads nowhere, or the data is no JSON."""
    try:
        value: Any = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and _INDEX.fullmatch(name) and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
