"""Is everything delivered with the bytes that were sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import stories
from ssechaos.checkers.truth import digests, has_ledger
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from ssechaos.model import History


@register_checker("corruption", side="client")
def check_corruption(history: History) -> Findings:
    """Look for deliveries whose data differs from what was sent under the same sequence.

    Measures:
        corrupted: how many, summed over the clients; None when only sequences say what was sent.
    """
    if not has_ledger(history):
        return Findings({"corrupted": None})
    written = digests(history)
    words = Words(history)
    problems = []
    for story in stories(history):
        for sequence, entry in story.sequenced():
            if entry.digest not in written.get(sequence, {entry.digest}):
                message = f"event {sequence} delivered with other bytes than were sent, at {seconds(entry.at)}"
                where = words.during(entry.at)
                problems.append(Finding("corrupted", f"{words.whose(story.client)}{message}{where}", entry.at))
    return Findings({"corrupted": len(problems)}, first_few(problems))
