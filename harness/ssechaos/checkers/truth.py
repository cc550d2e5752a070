"""Ground truth: what was sent, known without asking the client under test.

The server's own ledger says it, or a witness that bypasses the faults. Without either, sequences that grow by one
do: everything from the lowest to the highest that was seen was sent, whoever saw it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ssechaos.checkers.story import told_once
from ssechaos.checkers.writings import writings
from ssechaos.errors import UsageError
from ssechaos.model.entries import Delivered, Emitted, ErrorShown, Sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

_WIDEST = 10_000_000
"""Sequence numbers that grow by one never span more than this in a run."""

_NO_SEQUENCE = (
    "what is lost, doubled or reordered, as no event says its place in the stream; --sequence data:/json/pointer "
    "would tell, if the data counts"
)
_NO_COUNT = (
    "what is lost, as the ids do not grow by one, so that a gap between them says nothing; --sequence "
    "data:/json/pointer or --witness would tell"
)


def has_ledger(history: History) -> bool:
    """Whether what was sent is known for itself, not only concluded from what was delivered."""
    return history.conditions.ground_truth != "sequence" or any(history.of(Emitted))


def is_own(history: History) -> bool:
    """Whether the server itself kept the ledger; else its wire was read, if anything is known of it."""
    return history.conditions.ground_truth == "ledger"


def has_no_places(history: History) -> bool:
    """Whether there are events of a server that keeps no ledger, and none of them says its place in the stream."""
    if is_own(history):
        return False
    written = {entry.sequence for entry in history.of(Sent)}
    places = written | {entry.sequence for entry in history.of(Delivered)}
    return places == {None} and not any(history.of(Emitted))


@told_once
def unknown(history: History) -> str | None:
    """What can't be known of what was sent, and why; None when nothing is hidden."""
    if has_no_places(history):
        return _NO_SEQUENCE
    return None if history.conditions.ground_truth != "sequence" or _counts(history) else _NO_COUNT


@told_once
def sent(history: History) -> tuple[int, ...]:
    """The sequences that were sent, each once, in order; none when nobody can know them.

    Raises:
        UsageError: there are too many to be true, by the lowest and the highest id.
    """
    if unknown(history):
        return ()
    if history.conditions.ground_truth != "sequence":
        return tuple(sorted({entry.sequence for entry in history.of(Emitted)}))
    seen = _seen(history)
    if not seen:
        return ()
    low, high = min(seen), max(seen)
    if high - low > _WIDEST:
        raise UsageError(f"the ids {low} to {high} do not grow by one, so they can't say what was sent")
    return tuple(range(low, high + 1))


def digests(history: History) -> Mapping[int, frozenset[str]]:
    """The digests under which each sequence was sent: more than one when a restarted server wrote it again."""
    found: dict[int, frozenset[str]] = {}
    for entry in history.of(Emitted):
        found[entry.sequence] = found.get(entry.sequence, frozenset()) | {entry.digest}
    return found


def missing(story: Story, sequences: tuple[int, ...]) -> list[int]:
    """Which of the sequences this client never delivered."""
    got = {sequence for sequence, _ in story.sequenced()}
    return [sequence for sequence in sequences if sequence not in got]


def untold(story: Story, sequences: list[int]) -> list[int]:
    """Which of these the client's user was not told of, neither by a gap event nor by an error shown."""
    if isinstance(story.end, ErrorShown):
        return []
    gaps = [entry.gap for entry in story.of(Delivered) if entry.gap is not None]
    return [sequence for sequence in sequences if not any(low <= sequence <= high for low, high in gaps)]


def _seen(history: History) -> set[int]:
    """What was read off the wire; where nobody read it, what was delivered."""
    emitted = {entry.sequence for entry in history.of(Emitted)}
    return emitted or {entry.sequence for entry in history.of(Delivered) if entry.sequence is not None}


def _counts(history: History) -> bool:
    """Whether most events come right after the one before, as ids do that grow by one, whatever else is wrong."""
    rows = [[entry.sequence for entry in writing.course] for writing in writings(history).values()]
    places = [[place for place in row if place is not None] for row in rows]
    steps = [after - before for row in places for before, after in pairwise(row)]
    return 2 * sum(step == 1 for step in steps) >= sum(step > 0 for step in steps)
