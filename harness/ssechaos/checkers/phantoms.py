"""Is anything delivered that was never sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import stories
from ssechaos.checkers.truth import has_ledger, sent
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from ssechaos.model import History


@register_checker("phantoms")
def check_phantoms(history: History) -> Findings:
    """Look for deliveries of sequences that the server never produced.

    Measures:
        phantom: how many, summed over the clients; None when only sequences say what was sent.
    """
    if not has_ledger(history):
        return Findings({"phantom": None})
    known = frozenset(sent(history))
    words = Words(history)
    problems = []
    for story in stories(history):
        for sequence, entry in story.sequenced():
            if sequence not in known:
                message = f"event {sequence} delivered, never sent, at {seconds(entry.at)}"
                where = words.during(entry.at)
                problems.append(Finding("phantom", f"{words.whose(story.client)}{message}{where}", entry.at))
    return Findings({"phantom": len(problems)}, first_few(problems))
