"""How long does it take until the user sees that something is wrong?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import IN_FLIGHT, left_open, outages_for
from ssechaos.model import Findings
from ssechaos.model.entries import Delivered, Done, StateShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.outages import Outage
    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("detection")
def check_detection(history: History) -> Findings:
    """Time each outage from its begin to the first state other than open, for each client that it met.

    Measures:
        detection_seconds: these times in order; 0 when the client was not open anyway, None when the stream went
            on before the client showed anything.
        detection_max: the longest of them; None when there is none.
        stalls_detected: how often a client showed ``waiting``.
    """
    times = [time for story, outages in outages_for(history) for time in _times(story, outages)]
    known = [time for time in times if time is not None]
    return Findings(
        {
            "detection_seconds": times,
            "detection_max": max(known, default=None),
            "stalls_detected": sum(entry.state == "waiting" for entry in history.of(StateShown)),
        },
    )


def _times(story: Story, outages: tuple[Outage, ...]) -> Iterator[float | None]:
    for outage in outages:
        if story.state_at(outage.began) != "open":
            yield 0.0
            continue
        shown, went_on = left_open(story, outage), _went_on(story, outage)
        if shown is not None and shown <= went_on:
            yield round(shown - outage.began, 6)
        elif not (isinstance(story.end, Done) and story.end.at <= went_on):
            yield None


def _went_on(story: Story, outage: Outage) -> float:
    """When the stream went on after the outage. What was in flight at a strike does not show that it does."""
    healed = outage.healed + (IN_FLIGHT if outage.struck else 0.0)
    return next((entry.at for entry in story.of(Delivered) if entry.at >= healed), float("inf"))
