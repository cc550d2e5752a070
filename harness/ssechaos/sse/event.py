"""One Server-Sent Event as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One event, as a server sends it or a client dispatches it.

    Attributes:
        data: The payload; lines are separated by LF once it has been parsed.
        event: The event type.
        id: The id field of this event's own block: None without one, "" where it clears the last event id.
        retry: Reconnection time to send along, in milliseconds. The parser leaves it None, since to the
            standard it belongs to the connection: see `Parser.reconnection_time`.
    """

    data: str
    event: str = "message"
    id: str | None = None
    retry: int | None = None
