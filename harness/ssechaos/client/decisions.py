"""What the reconnect core decides, as values; a driver carries them out in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from ssechaos.sse import Event


@dataclass(frozen=True, slots=True)
class Connect:
    """Begin an attempt, with this ``Last-Event-ID`` (None: without the header)."""

    attempt: int
    """Failed tries in a row before this one."""
    last_event_id: str | None


@dataclass(frozen=True, slots=True)
class Hangup:
    """Close the connection, or stop the attempt, without waiting for the other end."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Give an event to the application."""

    event: Event


@dataclass(frozen=True, slots=True)
class Show:
    """Show a state: connecting, open, waiting, reconnecting or closed."""

    state: str


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell the user of trouble; before a retry: the number of the coming try, and in how many seconds.

    ``asked`` is how many of them the server asked for with ``Retry-After``.
    """

    message: str
    attempt: int | None = None
    retry_in: float | None = None
    asked: float | None = None


@dataclass(frozen=True, slots=True)
class Fail:
    """Give up, and tell the user why. Nothing follows."""

    message: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Take the stream as complete. Nothing follows."""


Decision: TypeAlias = Connect | Hangup | Deliver | Show | Notify | Fail | Finish
