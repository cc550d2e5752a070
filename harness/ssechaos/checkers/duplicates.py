"""Is anything delivered twice?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import REPEATS, side_of
from ssechaos.checkers.story import stories
from ssechaos.checkers.truth import has_no_places
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from ssechaos.model import History

_TWICE = 2


@register_checker("duplicates")
def check_duplicates(history: History) -> Findings:
    """Look for events that one client's application was given more than once.

    Measures:
        duplicates: deliveries beyond the first one of each event, summed over the clients; None when no event
            says which one it is.
    """
    if has_no_places(history):
        return Findings({"duplicates": None})
    words = Words(history)
    extra = 0
    problems = []
    for story in stories(history):
        times: dict[int, list[float]] = {}
        for sequence, entry in story.sequenced():
            times.setdefault(sequence, []).append(entry.at)
        for sequence, when in times.items():
            extra += len(when) - 1
            if len(when) >= _TWICE:
                message = f"{words.whose(story.client)}{_message(sequence, when)}{words.during(when[1])}"
                side = side_of(history, [sequence], *REPEATS)
                problems.append(Finding("duplicates", message, when[1], side=side))
    return Findings({"duplicates": extra}, first_few(problems))


def _message(sequence: int, when: list[float]) -> str:
    often = "twice" if len(when) == _TWICE else f"{len(when)} times"
    return f"event {sequence} delivered {often}, at {seconds(when[0])} and {seconds(when[1])}"
