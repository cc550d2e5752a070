"""Is anything lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import missing, sent, untold
from ssechaos.checkers.wording import during, events, first_few, seconds, whose
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("loss")
def check_loss(history: History) -> Findings:
    """Look for events that were sent and never delivered by the end of the run.

    Measures:
        lost: how many, summed over the clients.
        lost_untold: those of them that no gap event told the client's user of.
    """
    sequences = sent(history)
    lost, silent = 0, 0
    problems = []
    for story in stories(history):
        left = missing(story, sequences)
        hidden = untold(story, left)
        lost, silent = lost + len(left), silent + len(hidden)
        if left:
            problems.append(Finding("lost", _message(history, story, left, hidden)))
        if hidden:
            problems.append(
                Finding(
                    "lost_untold", f"{whose(history, story.client)}nobody was told that {events(hidden)} is lost"
                )
            )
    unheard = clients(history) - len(stories(history))
    unseen = unheard * len(sequences)
    return Findings({"lost": lost + unseen, "lost_untold": silent + unseen}, first_few(problems))


def _message(history: History, story: Story, left: list[int], hidden: list[int]) -> str:
    told = len(left) - len(hidden)
    note = f" ({told} of them told as a gap)" if told else ""
    when = next((entry.at for entry in history.of(Emitted) if entry.sequence == left[0]), None)
    since = "" if when is None else f"; {left[0]} was sent at {seconds(when)}{during(history, when)}"
    return f"{whose(history, story.client)}{events(left)} never delivered{note}{since}"
