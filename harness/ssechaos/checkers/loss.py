"""Is anything lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import side_of_lost
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import missing, sent, unknown, untold
from ssechaos.checkers.wording import Words, events, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model import History


@register_checker("loss")
def check_loss(history: History) -> Findings:
    """Look for events that were sent and never delivered by the end of the run.

    Measures:
        lost: how many, summed over the clients; None when nobody can know what was sent.
        lost_untold: those of them that the client's user was not told of, by a gap event or a final error.
    """
    if (hidden_truth := unknown(history)) is not None:
        return Findings({"lost": None, "lost_untold": None}, unjudged=(hidden_truth,))
    sequences, told = sent(history), stories(history)
    words, times = Words(history), {entry.sequence: entry.at for entry in history.of(Emitted)}
    lost = unseen = (clients(history) - len(told)) * len(sequences)
    problems, secrets = [], []
    for story in told:
        left = missing(story, sequences)
        hidden = untold(story, left)
        lost, unseen = lost + len(left), unseen + len(hidden)
        who = words.whose(story.client)
        if left:
            text = f"{who}{_what(left, hidden)}{_since(words, times, left[0])}"
            problems.append(Finding("lost", text, side=side_of_lost(history, left)))
        if hidden:
            text = f"{who}lost without telling: {events(hidden)}"
            secrets.append(Finding("lost_untold", text, side=side_of_lost(history, hidden)))
    return Findings({"lost": lost, "lost_untold": unseen}, (*first_few(problems), *first_few(secrets)))


def _what(left: list[int], hidden: list[int]) -> str:
    told = len(left) - len(hidden)
    return f"{events(left)} never delivered{f' (the user was told of {told})' if told else ''}"


def _since(words: Words, times: Mapping[int, float], first: int) -> str:
    return f"; {first} was sent at {seconds(times[first])}{words.during(times[first])}" if first in times else ""
