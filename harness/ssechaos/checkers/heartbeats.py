"""Does the server show signs of life as often as it promises?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import spans
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.wire import writings
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Connect, Dropped

if TYPE_CHECKING:
    from ssechaos.checkers.wire import Writing
    from ssechaos.model import History

_SHARE = 1.5
_SLACK = 0.5


@register_checker("heartbeats")
def check_heartbeats(history: History) -> Findings:
    """Look for silence of the server, on a live connection, of more than 1.5 heartbeat intervals and 0.5 s.

    Only the part of a connection's life before any fault is judged: a fault may block the server's writes, and a
    connection that met one may be dead without the server knowing.
    """
    limit = history.conditions.scenario.server.heartbeat_interval * _SHARE + _SLACK
    problems = []
    for connection, writing in writings(history).items():
        times = _signs_of_life(history, connection, writing)
        for last, following in pairwise(times):
            if following - last > limit:
                silence = f"nothing sent for {seconds(following - last)} from {seconds(last)} on"
                message = f"connection {connection}: {silence}, a sign of life is due every {seconds(limit)}"
                problems.append(Finding("heartbeats", message, last + limit))
    return Findings(problems=first_few(problems))


def _signs_of_life(history: History, connection: int, writing: Writing) -> list[float]:
    """When the server wrote, from the request to the end of what can be judged."""
    began = writing.request.at
    until = min(_over(history, connection, writing), _first_fault(history, began))
    return [began, *(entry.at for entry in writing.sent if began < entry.at < until), max(began, until)]


def _over(history: History, connection: int, writing: Writing) -> float:
    """When the connection ended, as far as the server or its only client can tell."""
    written = [entry.at for entry in writing.sent if entry.event == "complete"]
    dropped = [entry.at for entry in history.of(Dropped) if entry.connection == connection]
    return min(written + dropped, default=_left(history, writing))


def _left(history: History, writing: Writing) -> float:
    """When the only client ended, or went to another connection. With several it is not known whose it is."""
    if clients(history) > 1:
        return max((entry.at for entry in writing.sent), default=writing.request.at)
    left = [history.end]
    for story in stories(history):
        left += [entry.at for entry in story.of(Connect) if entry.at > writing.request.at]
        left += [] if story.end is None else [story.end.at]
    return min(left)


def _first_fault(history: History, began: float) -> float:
    """When the first fault met a connection that began at ``began``."""
    return min((max(span.began, began) for span in spans(history) if span.ended >= began), default=float("inf"))
