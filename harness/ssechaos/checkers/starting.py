"""Where a connection begins that was asked for what comes after an event, when that is not the next one.

Of a server of somebody else's it is said which kind of mistake that is: it can't resume at all, its ids start
over, its history is too short, or it sends an event too few or too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.checkers.writings import Writing
    from ssechaos.model.entries import Sent

Wrong = tuple[str, str, Sequence[int]]
"""What is wrong: its name, the words for it, and the sequences that it befell."""

_AT_ONCE = 0.01
"""Seconds between two events that a server has in store; what it produces comes further apart."""
_SEVERAL = 2


def span(sequences: Sequence[int]) -> str:
    """``event 7`` or ``events 7-12``: from the first to the last, however many there are."""
    first, last = sequences[0], sequences[-1]
    return f"event {first}" if first == last else f"events {first}-{last}"


def late(asked: str, due: int, sequence: int, skipped: Sequence[int]) -> Wrong:
    """The first event is a later one than is due."""
    text = f"begins with event {sequence} after Last-Event-ID {asked}, so {due} is skipped"
    return "resume_late", text, skipped


def early(asked: str, due: int, sequence: int) -> Wrong:
    """The first event is one that the client has."""
    text = f"begins with event {sequence} after Last-Event-ID {asked}: it was delivered before"
    return "resume_early", text, range(sequence, due)


@dataclass(frozen=True, slots=True)
class Start:
    """A connection that begins elsewhere than it was asked to.

    Attributes:
        asked: The ``Last-Event-ID``.
        due: The sequence after it.
        known: The digests of each event when it was seen first.
    """

    writing: Writing
    asked: str
    due: int
    known: Mapping[int, frozenset[str]]

    def late(self, sequence: int, skipped: Sequence[int]) -> Wrong:
        """The same as the function; of several events that are skipped, it is known why."""
        if len(skipped) < _SEVERAL:
            return late(self.asked, self.due, sequence, skipped)
        if self._replays():
            text = (
                f"begins with event {sequence} after Last-Event-ID {self.asked}, as it has {span(skipped)} no "
                "more, and does not say so; a gap event would, or status 410"
            )
            return "eviction_untold", text, skipped
        text = (
            f"ignores Last-Event-ID: asked after {self.asked}, it goes on with {sequence}, which is new, "
            f"so the break cost {span(skipped)}"
        )
        return "cannot_resume", text, skipped

    def early(self, sequence: int) -> Wrong:
        """The same as the function, unless the stream begins again, or its ids do."""
        repeated = range(sequence, self.due)
        if sequence > min(self.known):
            return early(self.asked, self.due, sequence)
        if self._altered():
            text = (
                f"begins with id {sequence} after Last-Event-ID {self.asked}, and not for the event that had it "
                "first: ids that start over can't say where a client is"
            )
            return "ids_restart", text, repeated
        if sequence == self.due - 1:
            return early(self.asked, self.due, sequence)
        text = f"ignores Last-Event-ID: asked after {self.asked}, it began again with {sequence}"
        return "cannot_resume", text, repeated

    def _replays(self) -> bool:
        """Whether the connection begins with what the server had in store."""
        first = [entry for _, entry in islice(self._course(), _SEVERAL)]
        return first[0].replayed or (len(first) == _SEVERAL and first[1].at - first[0].at <= _AT_ONCE)

    def _altered(self) -> bool:
        """Whether what comes again has other bytes than it had."""
        return any(
            entry.digest not in self.known[sequence] for sequence, entry in self._course() if sequence < self.due
        )

    def _course(self) -> Iterator[tuple[int, Sent]]:
        return ((entry.sequence, entry) for entry in self.writing.course if entry.sequence is not None)
