"""How late events came: for each the time from when it was produced to its delivery, drawn where it was produced.

So a fault shows as what it is: whatever was produced while it was in force waits for its end, and falls due then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.report.html.axis import LEFT, Axis, moment, nice, seconds
from ssechaos.report.html.lane_faults import shades
from ssechaos.report.html.lanes import finding_lines
from ssechaos.report.html.markup import NOTHING, Html
from ssechaos.report.html.svg import dots, label, level_grid, picture, time_grid
from ssechaos.report.html.troubles import first_emitted

if TYPE_CHECKING:
    from ssechaos.checkers.story import Story
    from ssechaos.report.html.picture import Picture

_TOP, _BOTTOM = 16.0, 136.0
_LEVELS = 3
_LEAST = 0.05
"""Seconds at the top of the axis at least: what takes no time shall not look as if it took some."""


def delays(shown: Picture) -> Html:
    """A dot for each event; nothing where it is not known when events were produced."""
    produced = first_emitted(shown.history)
    own = _delays(shown.story, produced)
    rest = [point for story in shown.others for point in _delays(story, produced)]
    if not own:
        return NOTHING
    slowest = max(own, key=lambda one: one[1])
    top = max(_LEAST, *(late for _, late in (*own, *rest)))
    scale = Axis(_LEVELS * nice(top / _LEVELS), _BOTTOM, _TOP + 6 - _BOTTOM)
    return picture(
        f"{shown.key}-delays",
        "Delay of each event",
        f"The longest delay{shown.whose} was {seconds(slowest[1])}, of an event produced at {moment(slowest[0])}.",
        _BOTTOM + 24,
        shades(shown, _BOTTOM, _TOP),
        level_grid([(scale(late), seconds(late)) for late in scale.ticks(_LEVELS)]),
        time_grid([(shown.axis(at), seconds(at)) for at in shown.axis.ticks()], _TOP, _BOTTOM),
        finding_lines(shown, _BOTTOM, _TOP),
        label(LEFT - 8, _TOP - 4, "delay", "tick", "end"),
        dots(((shown.axis(at), scale(late)) for at, late in rest), "other"),
        dots(((shown.axis(at), scale(late)) for at, late in own), "delivered"),
    )


def _delays(story: Story, produced: dict[int, float]) -> list[tuple[float, float]]:
    """When each event was produced, and how long it took; of one that came twice, the first time counts."""
    first: dict[int, float] = {}
    for sequence, entry in story.sequenced():
        first.setdefault(sequence, entry.at)
    return [
        (produced[sequence], max(0.0, at - produced[sequence]))
        for sequence, at in first.items()
        if sequence in produced
    ]
