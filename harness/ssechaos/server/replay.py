"""The bounded replay history of one stream, and where a reader of it goes on (requirement R8).

Ids are whole numbers that grow by one. What was evicted is never skipped silently: a reader whose next event is
gone is told the gap. (WHATWG HTML standard, section 9.2.4, defines Last-Event-ID, but leaves its use to servers.)
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

from ssechaos.sse import Event

_ID = re.compile(r"[0-9]{1,18}")  # int() also takes "+1", "1_0" and Arabic digits


@dataclass(frozen=True, slots=True)
class Gap:
    """The events ``first`` to ``last`` can't be sent any more; none of them when ``last`` is before ``first``.

    Attributes:
        first: The sequence of the first missing event.
        last: The sequence of the last missing event: the oldest kept one follows it.
        reason: ``evicted``, or ``unknown_id``: the stream never gave the id out, so that what follows may
            repeat what the reader has.
    """

    first: int
    last: int
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """A reader goes on with the event ``cursor``, after it has been told of ``gap``."""

    cursor: int
    gap: Gap | None = None


class Replay:
    """The last events of a stream.

    Args:
        limit: How many events are kept.
        first: The sequence of the first event of the stream.
    """

    def __init__(self, limit: int, first: int = 1) -> None:
        self._kept: deque[Event] = deque(maxlen=limit)
        self.next = first
        """The sequence that the next event will have."""

    @property
    def oldest(self) -> int:
        """The sequence of the oldest event that is kept, or of the next one when none is."""
        return self.next - len(self._kept)

    def append(self, event: str, data: str) -> Event:
        """Keep a new event under the next id; the oldest one makes room for it."""
        numbered = Event(data, event, id=str(self.next))
        self._kept.append(numbered)
        self.next += 1
        return numbered

    def after(self, last_event_id: str | None) -> Resume:
        """Where a reader goes on that says it has everything up to ``last_event_id`` (none: has nothing)."""
        last = 0 if not last_event_id else parse_id(last_event_id)
        if last is None or last >= self.next:
            return Resume(self.oldest, Gap(1, self.oldest - 1, "unknown_id"))
        gap = self._evicted_from(last + 1)
        return Resume(gap.last + 1 if gap else last + 1, gap)

    def read(self, cursor: int) -> Event | Gap | None:
        """The event ``cursor``; the gap that begins there when it was evicted; nothing while it is to come."""
        if cursor >= self.next:
            return None
        return self._evicted_from(cursor) or self._kept[cursor - self.oldest]

    def _evicted_from(self, cursor: int) -> Gap | None:
        return Gap(cursor, self.oldest - 1, "evicted") if cursor < self.oldest else None


def parse_id(text: str) -> int | None:
    """The sequence that an id stands for; None when this server never writes such an id."""
    return int(text) if _ID.fullmatch(text) else None
