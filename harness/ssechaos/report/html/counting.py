"""How many of something there were at each moment, as a curve with steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.report.html.axis import LEFT, ROOM, Axis
from ssechaos.report.html.markup import Html, join
from ssechaos.report.html.svg import label, path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Change:
    """At a moment there are ``by`` more of them, or fewer."""

    at: float
    by: int


def curve(axis: Axis, changes: Sequence[Change], height: float, words: str) -> Html:
    """The number over time, as an area of ``height`` pixels; ``words`` say of what, after its highest value."""
    counts = list(_counts(changes))
    most = max((count for _, count in counts), default=0)
    scale = Axis(max(most, 1), height, 6 - height)
    columns = {round(axis(at)): count for at, count in counts}  # the last one of a pixel stays
    steps = [f"M{LEFT} {height}"]
    steps += [f"H{x}V{scale(count):.1f}" for x, count in columns.items()]
    area = path([*steps, f"H{LEFT + ROOM}V{height}z"], "area") if counts else Html("")
    return join([area, label(LEFT + 6, height - 6, f"at most {most} {words}", "halo")])


def _counts(changes: Sequence[Change]) -> Iterator[tuple[float, int]]:
    count = 0
    for change in sorted(changes, key=lambda one: one.at):
        count += change.by
        yield change.at, count
