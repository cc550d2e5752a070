"""What the client reads in a server's own words: whether an event ends the stream, or tells of lost ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.sse import Event

_NO_NEWS = frozenset({"heartbeat", "ping", "error", "gap"})
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Gap:
    """The server can't send the events ``first`` to ``last`` any more; None: it doesn't know the bound."""

    first: int | None
    last: int | None

    def __str__(self) -> str:
        if self.first is None:
            return "events before the next one" if self.last is None else f"events up to {self.last}"
        if self.last is None:
            return f"events from {self.first} on"
        return f"event {self.first}" if self.first == self.last else f"events {self.first} to {self.last}"


def is_last(event: Event) -> bool:
    """Whether this event completes its stream: as this project, OpenAI and Anthropic write it."""
    return event.event in {"complete", "message_stop"} or (event.event, event.data) == ("message", "[DONE]")


def is_news(event: Event) -> bool:
    """Whether this event carries something of the stream itself, rather than about its connection."""
    return event.event not in _NO_NEWS


def read_gap(event: Event) -> Gap | None:
    """The gap that a ``gap`` event tells of; None when its data can't be read."""
    try:
        value = json.loads(event.data)
        first, last = value.get("from"), value.get("to")
    except (ValueError, AttributeError, RecursionError):
        return None
    if not (_is_bound(first) and _is_bound(last)):
        return None
    return Gap(first, last)


def shown(text: str) -> str:
    """The text on one line, short enough to show to a user."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _is_bound(value: object) -> bool:
    return value is None or (isinstance(value, int) and not isinstance(value, bool))
