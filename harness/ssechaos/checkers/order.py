"""Does everything come in order?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import SWAPS, side_of
from ssechaos.checkers.story import stories
from ssechaos.checkers.truth import has_no_places
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("order")
def check_order(history: History) -> Findings:
    """Look for events that were delivered for the first time after a later one.

    Measures:
        reordered: how many, summed over the clients; None when no event says its place.
    """
    if has_no_places(history):
        return Findings({"reordered": None})
    problems = [finding for story in stories(history) for finding in _late(history, story)]
    return Findings({"reordered": len(problems)}, first_few(problems))


def _late(history: History, story: Story) -> Iterator[Finding]:
    words = Words(history)
    seen: set[int] = set()
    highest: int | None = None
    for sequence, entry in story.sequenced():
        if highest is not None and sequence < highest and sequence not in seen:
            message = f"event {sequence} delivered after {highest}, at {seconds(entry.at)}{words.during(entry.at)}"
            side = side_of(history, [sequence], *SWAPS)
            yield Finding("reordered", f"{words.whose(story.client)}{message}", entry.at, side=side)
        seen.add(sequence)
        highest = sequence if highest is None else max(highest, sequence)
