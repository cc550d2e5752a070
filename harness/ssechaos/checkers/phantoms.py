"""Is anything delivered that was never sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import unexplained
from ssechaos.checkers.truth import has_ledger, is_own, sent
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Delivered, Sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import History


@register_checker("phantoms")
def check_phantoms(history: History) -> Findings:
    """Look for deliveries of what the server never produced.

    An event with a place in the stream is known by its sequence. One without, as a heartbeat, is known by its data
    where the ledger has what was written: comments that a client takes for events, or half an event at the end of
    a connection, show there.

    Measures:
        phantom: how many, summed over the clients; None when only sequences say what was sent.
    """
    if not has_ledger(history):
        return Findings({"phantom": None})
    words, known = Words(history), _known(history)
    written = {entry.sequence for entry in history.of(Sent) if entry.sequence is not None}
    problems = []
    for entry in history.of(Delivered):
        if not known(entry):
            name = f"event {entry.sequence}" if entry.sequence is not None else f"a {entry.event!r} without id"
            text = f"{name} delivered, never sent, at {seconds(entry.at)}{words.during(entry.at)}"
            side = "server" if entry.sequence in written else unexplained(history)
            problems.append(Finding("phantom", f"{words.whose(entry.client)}{text}", entry.at, side=side))
    return Findings({"phantom": len(problems)}, first_few(problems))


def _known(history: History) -> Callable[[Delivered], bool]:
    sequences = set(sent(history))
    if not is_own(history):  # a witness may have missed some
        sequences |= {entry.sequence for entry in history.of(Sent) if entry.sequence is not None}
    written = frozenset(entry.digest for entry in history.of(Sent))

    def known(entry: Delivered) -> bool:
        if entry.sequence is not None:
            return entry.sequence in sequences
        return not written or entry.digest in written

    return known
