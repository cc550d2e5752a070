"""Is the user told of every trouble?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Done, ErrorShown, NoticeShown, StateShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

PATIENCE = 1.0
"""Seconds between a change of the state and the words that explain it."""

_TROUBLE = frozenset({"waiting", "reconnecting"})


@register_checker("told", side="client")
def check_told(history: History) -> Findings:
    """Look for breaks, shown as ``waiting`` or ``reconnecting``, that no notice explains within a second.

    Measures:
        user_visible_errors: notices and errors shown, summed over the clients.
    """
    shown = sum(isinstance(entry, NoticeShown | ErrorShown) for entry in history.entries)
    words = Words(history)
    problems = [finding for story in stories(history) for finding in _untold(words, story, history.end)]
    return Findings({"user_visible_errors": shown}, first_few(problems))


def _untold(words: Words, story: Story, end: float) -> Iterator[Finding]:
    told = [entry.at for entry in story.entries if isinstance(entry, NoticeShown | ErrorShown | Done)]
    state = ""
    for entry in story.of(StateShown):
        broke = entry.state in _TROUBLE and state not in _TROUBLE
        state = entry.state
        explained = any(abs(at - entry.at) <= PATIENCE for at in told)
        if broke and not explained and end > entry.at + PATIENCE:
            text = f"showed {entry.state} at {seconds(entry.at)} without telling its user why"
            message = f"{words.whose(story.client)}{text}{words.during(entry.at)}"
            yield Finding("untold_trouble", message, entry.at)
