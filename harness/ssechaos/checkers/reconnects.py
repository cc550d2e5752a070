"""How often did clients have to connect again?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.model import Findings
from ssechaos.model.entries import Connect, Requested

if TYPE_CHECKING:
    from ssechaos.model import History


@register_checker("reconnects")
def check_reconnects(history: History) -> Findings:
    """Count attempts to connect after each client's first one.

    Measures:
        reconnects: how many, summed over the clients; for clients that don't say when they connect, the requests
            that arrived beyond one for each.
    """
    tries = [sum(1 for _ in story.of(Connect)) for story in stories(history)]
    if any(tries):
        return Findings({"reconnects": sum(count - 1 for count in tries if count)})
    return Findings({"reconnects": max(0, sum(1 for _ in history.of(Requested)) - clients(history))})
