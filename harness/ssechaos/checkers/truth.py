"""Ground truth: what was sent, known without asking the client under test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.errors import UsageError
from ssechaos.model.entries import Delivered, Emitted, ErrorShown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

_WIDEST = 10_000_000
"""Sequence numbers that grow by one never span more than this in a run."""


def has_ledger(history: History) -> bool:
    """Whether what was sent is known for itself, not only concluded from what was delivered."""
    return history.conditions.ground_truth != "sequence"


def sent(history: History) -> tuple[int, ...]:
    """The sequences that were sent, each once, in order.

    Without a ledger: all from the lowest to the highest that any client was given.

    Raises:
        UsageError: without a ledger, when the ids do not count the events.
    """
    if has_ledger(history):
        return tuple(sorted({entry.sequence for entry in history.of(Emitted)}))
    seen = {entry.sequence for entry in history.of(Delivered) if entry.sequence is not None}
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
