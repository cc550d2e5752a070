"""Tells an event's own id from one that it only has from an event before it.

The standard's ``lastEventId`` is that of the stream, not of the event: after event 7 a heartbeat without id has
the ``lastEventId`` 7 too (WHATWG HTML standard, 9.2.6). Taken for its own, it would be event 7 come twice.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.sse import Event


class OwnIds:
    """One reader's events in order; remembers the last one that had an id of its own."""

    def __init__(self) -> None:
        self._owner: Event | None = None

    def of(self, event: Event) -> Event:
        """``event``, without an id that is not its own. The very same event again is one that came twice."""
        if event.id is None:
            return event
        if self._owner is not None and event.id == self._owner.id and event != self._owner:
            return replace(event, id=None)
        self._owner = event
        return event
