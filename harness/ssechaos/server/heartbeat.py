"""When heartbeats are due, and what they say (requirement R8).

They go out on a fixed schedule since the connection opened; chunks in between do not put them off, so a client
can tell a slow stream from a stalled one by a single rule. They have no id: they are not replayed.
"""

from __future__ import annotations

import json
import math

from ssechaos.sse import Event


class Beat:
    """A schedule: every ``interval`` seconds since ``start``."""

    def __init__(self, interval: float, start: float) -> None:
        self._interval = interval
        self._start = start
        self.next = start + interval
        """When the next beat is due."""

    def take(self, now: float) -> bool:
        """Whether a beat is due. Beats that were missed altogether are not made up for."""
        if now < self.next:
            return False
        elapsed = math.floor((now - self._start) / self._interval) + 1
        self.next = max(self._start + elapsed * self._interval, math.nextafter(now, math.inf))
        return True


def heartbeat(*, uptime: float, events_sent: int, count: int, remaining: float, trace_id: str) -> Event:
    """A heartbeat as page script can see it.

    Args:
        uptime: Seconds since the stream began.
        events_sent: Chunks sent on this connection.
        count: Heartbeats on this connection, this one included.
        remaining: Seconds until the duration cap ends the stream.
        trace_id: The stream's trace id.
    """
    data = {
        "uptime_seconds": round(uptime, 3),
        "events_sent": events_sent,
        "heartbeat_count": count,
        "seconds_remaining": round(remaining, 3),
        "trace_id": trace_id,
    }
    return Event(json.dumps(data), "heartbeat")
