"""Does the server show signs of life as often as it promises?"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import spans
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.checkers.writings import writings
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Connect, Dropped

if TYPE_CHECKING:
    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History

_SHARE = 1.5
_SLACK = 0.5


@register_checker("heartbeats", side="server")
def check_heartbeats(history: History) -> Findings:
    """Look for silence of the server, on a live connection, of more than 1.5 heartbeat intervals and 0.5 s.

    Only the part of a connection's life before any fault is judged: a fault may block the server's writes, and a
    connection that met one may be dead without the server knowing.
    """
    limit = history.conditions.scenario.server.heartbeat_interval * _SHARE + _SLACK
    judged = _Judged(history)
    problems = []
    for connection, writing in writings(history).items():
        for last, following in pairwise(judged.signs_of_life(connection, writing)):
            if following - last > limit:
                silence = f"nothing sent for {seconds(following - last)} from {seconds(last)} on"
                message = f"connection {connection}: {silence}, a sign of life is due every {seconds(limit)}"
                problems.append(Finding("heartbeats", message, last + limit))
    return Findings(problems=first_few(problems))


class _Judged:
    """Which part of a connection's life can be judged."""

    def __init__(self, history: History) -> None:
        self._spans = spans(history)
        self._dropped = {entry.connection: entry.at for entry in history.of(Dropped)}
        told = stories(history)
        self._alone = clients(history) == 1
        ends = [story.end.at for story in told if story.end is not None]
        self._leaves = sorted([*(entry.at for entry in history.of(Connect)), *ends, history.end])

    def signs_of_life(self, connection: int, writing: Writing) -> list[float]:
        """When the server wrote, from the request to the end of what can be judged."""
        began = writing.request.at
        until = max(began, min(self._over(connection, writing), self._first_fault(began)))
        return [began, *(entry.at for entry in writing.sent if began < entry.at < until), until]

    def _over(self, connection: int, writing: Writing) -> float:
        """When the connection ended, as far as the server or its only client can tell."""
        if connection in self._dropped:
            return self._dropped[connection]
        complete = [entry.at for entry in writing.sent if entry.event == "complete"]
        if complete:
            return complete[0]
        if self._alone:
            return next((at for at in self._leaves if at > writing.request.at), writing.request.at)
        # Whose connection is whose is not known of several clients.
        return max((entry.at for entry in writing.sent), default=writing.request.at)

    def _first_fault(self, began: float) -> float:
        """When the first fault met a connection that began at ``began``."""
        return min((max(span.began, began) for span in self._spans if span.ended >= began), default=math.inf)
