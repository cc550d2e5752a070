"""Is everything delivered with the bytes that were sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import unexplained
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import digests, has_ledger, is_own
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.model import History


@register_checker("corruption")
def check_corruption(history: History) -> Findings:
    """Look for deliveries whose data differs from what was sent under the same sequence.

    Measures:
        corrupted: how many, summed over the clients; None when only sequences say what was sent.
    """
    if not has_ledger(history):
        return Findings({"corrupted": None})
    known, written, words = _known(history), _written(history), Words(history)
    problems = []
    for story in stories(history):
        for sequence, entry in story.sequenced():
            if entry.digest not in known.get(sequence, {entry.digest}):
                text = f"event {sequence} delivered with other bytes than were sent, at {seconds(entry.at)}"
                message = f"{words.whose(story.client)}{text}{words.during(entry.at)}"
                side = "server" if entry.digest in written.get(sequence, ()) else unexplained(history)
                problems.append(Finding("corrupted", message, entry.at, side=side))
    return Findings({"corrupted": len(problems)}, first_few(problems))


def _known(history: History) -> Mapping[int, frozenset[str]]:
    """The digests that are right for each event.

    Of a server of somebody else's, each of several clients may well get a stream of its own.
    """
    produced = digests(history)
    if is_own(history) or clients(history) == 1:
        return produced
    written = _written(history)
    return {sequence: found | written.get(sequence, frozenset()) for sequence, found in produced.items()}


def _written(history: History) -> Mapping[int, frozenset[str]]:
    """The digests under which the server wrote each event to some connection."""
    found: dict[int, frozenset[str]] = {}
    for entry in history.of(Sent):
        if entry.sequence is not None:
            found[entry.sequence] = found.get(entry.sequence, frozenset()) | {entry.digest}
    return found
