"""What the client reads in a server's own words: whether an event is news, or tells of lost ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

if TYPE_CHECKING:
    from ssechaos.sse import Event

_NO_NEWS = frozenset({"heartbeat", "ping", "error", "gap"})
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Gap:
    """The server can't replay the events ``first`` to ``last``, both included; None: it doesn't know that bound.

    Nothing is lost when ``last`` is before ``first``: the server did not know where this client was.
    """

    first: int | None
    last: int | None
    reason: str

    def __str__(self) -> str:
        why = f" ({self.reason})" if self.reason else ""
        if self.first is not None and self.last is not None and self.last < self.first:
            return f"The server did not know where to go on{why}; it sends the stream again."
        return f"The server can't replay {self._events()} any more{why}: they are lost."

    def _events(self) -> str:
        if self.last is None:
            return f"the events from {self.first} on" if self.first is not None else "some events"
        if self.first is None:
            return f"the events up to {self.last}"
        return f"the events {self.first} to {self.last}"


def is_news(event: Event) -> bool:
    """Whether this event carries something of the stream itself, rather than about its connection."""
    return event.event not in _NO_NEWS


def read_gap(event: Event) -> Gap | None:
    """The gap that a ``gap`` event tells of; None when its data can't be read."""
    value = _object(event)
    first, last = value.get("from"), value.get("to")
    if not value or not (first is None or _is_number(first)) or not (last is None or _is_number(last)):
        return None
    return Gap(first, last, shown(str(value.get("reason", ""))))


def read_count(event: Event) -> int:
    """How many events its stream has, as this project's ``complete`` event says (0: it does not)."""
    count = _object(event).get("events")
    return count if _is_number(count) else 0


def shown(text: str) -> str:
    """The text on one line, short enough to show to a user."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _object(event: Event) -> dict[str, Any]:
    try:
        value = json.loads(event.data)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
