"""How long does it take, once the network is healthy again, until nothing is missing?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import outages_for
from ssechaos.model import Findings
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from ssechaos.checkers.outages import Outage
    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("caught_up")
def check_caught_up(history: History) -> Findings:
    """Time each outage from the healthy network until all is delivered that had been sent by then.

    Measures:
        caught_up_seconds: these times in order, for each client that the outage met; an outage after which
            something is missing for ever has none (it is *lost*).
        caught_up_max: the longest of them; None when there is none.
    """
    times = []
    for story, outages in outages_for(history):
        first = _first_deliveries(story)
        for outage in outages:
            until = _caught_up(history, first, outage)
            if until is not None:
                times.append(round(until - outage.healed, 6))
    return Findings({"caught_up_seconds": times, "caught_up_max": max(times, default=None)})


def _first_deliveries(story: Story) -> dict[int, float]:
    first: dict[int, float] = {}
    for sequence, entry in story.sequenced():
        first.setdefault(sequence, entry.at)
    return first


def _caught_up(history: History, first: dict[int, float], outage: Outage) -> float | None:
    if outage.healed > history.end:
        return None
    backlog = [entry.sequence for entry in history.of(Emitted) if entry.at <= outage.healed]
    if any(sequence not in first for sequence in backlog):
        return None
    return max([outage.healed, *(first[sequence] for sequence in backlog)])
