"""Does the server show signs of life as often as it promises, or as its clients need them?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.silence import threshold
from ssechaos.checkers.truth import is_own
from ssechaos.checkers.watched import Watch
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.checkers.writings import writings
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import History

_SHARE = 1.5
_SLACK = 0.5


@register_checker("heartbeats", side="server")
def check_heartbeats(history: History) -> Findings:
    """Look for silence of the server on a live connection that has met no fault.

    The reference server promises an interval: more than 1.5 of them and 0.5 s is too long (``heartbeats``). What a
    server of somebody else's promises is not known: it is silent for too long when a client has to take it for
    dead (``no_heartbeat``). Comments on its wire are signs of life, too.
    """
    own = is_own(history)
    interval = history.conditions.scenario.server.heartbeat_interval
    limit = interval * _SHARE + _SLACK if own else threshold(history)
    return Findings(problems=first_few(list(_silences(history, limit, own=own))))


def _silences(history: History, limit: float, *, own: bool) -> Iterator[Finding]:
    watch = Watch(history)
    for connection, writing in writings(history).items():
        for last, following in pairwise(watch.signs_of_life(writing)):
            if following - last > limit:
                silence = f"nothing sent for {seconds(following - last)} from {seconds(last)} on"
                name, why = _why(limit, own=own)
                yield Finding(name, f"connection {connection}: {silence}, {why}", last + limit)


def _why(limit: float, *, own: bool) -> tuple[str, str]:
    if own:
        return "heartbeats", f"a sign of life is due every {seconds(limit)}"
    return "no_heartbeat", f"not even a comment; after {seconds(limit)} its clients take it for dead"
