"""What is wrong with what the server wrote, event by event.

A connection begins behind ``Last-Event-ID``, goes on by one, tells every gap, and alters nothing (WHATWG HTML
standard, section 9.2.3, leaves the rest to the server, so this is what resuming is worth to a client).
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.starting import Start, early, late
from ssechaos.checkers.story import clients, told_once
from ssechaos.checkers.truth import digests, is_own, sent, unknown
from ssechaos.checkers.writings import Positions, writings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.checkers.starting import Wrong
    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History
    from ssechaos.model.entries import Sent


@dataclass(frozen=True, slots=True)
class Offence:
    """One thing that the server wrote wrongly.

    Attributes:
        befallen: The sequences that it skipped, repeated, misplaced or altered.
    """

    name: str
    connection: int
    text: str
    at: float
    befallen: Sequence[int]


@told_once
def offences(history: History) -> tuple[Offence, ...]:
    """All of them, connection by connection; none where sequences say nothing."""
    if unknown(history):
        return ()
    rules = _Rules(history)
    return tuple(offence for writing in writings(history).values() for offence in rules.broken_by(writing))


def is_befallen(history: History, sequence: int, *names: str) -> bool:
    """Whether an offence of one of these names befell the event."""
    return any(sequence in offence.befallen for offence in offences(history) if offence.name in names)


class _Rules:
    """What the server of one run is held to.

    Attributes:
        own: Its own ledger says what it produced; else the first sight of an event on its wire does.
    """

    def __init__(self, history: History) -> None:
        self.own = is_own(history)
        self._known = digests(history)
        self._positions = Positions(history)
        self._witnessed = sent(history) if history.conditions.ground_truth == "witness" else None
        # Of several clients, each may well have a stream of its own, whose events share nothing but their numbers.
        self._one_stream = self.own or clients(history) == 1

    def broken_by(self, writing: Writing) -> Iterator[Offence]:
        """What is wrong with one connection."""
        found = list(self._course(writing))
        if not any(offence.name == "ids_restart" for offence in found):
            found += self._contents(writing)
        return iter(found)

    def _course(self, writing: Writing) -> Iterator[Offence]:
        """Where the writing begins and how it goes on; a gap event excuses what it skips."""
        previous: int | None = None
        told = False
        for entry in writing.course:
            told = told or entry.event == "gap"
            if entry.sequence is None:
                continue
            if previous is None:
                wrong = None if told else self._start(writing, entry.sequence)
            else:
                wrong = self._step(entry, entry.sequence, previous, told=told)
            if wrong is not None:
                yield _offence(writing, entry, wrong)
            in_order = wrong is None or wrong[0] != "wire_order"
            previous, told = entry.sequence if in_order else previous, False

    def _start(self, writing: Writing, sequence: int) -> Wrong | None:
        asked = writing.request.last_event_id or ("0" if self.own else "")
        after = self._positions.of(asked)
        if after is None or not (self.own or after in self._known):
            return None  # nobody knows what comes after it
        due = max(after + 1, min(self._known, default=1))
        skipped = self._between(due, sequence)
        start = Start(writing, asked, due, self._known)
        if skipped:
            return late(asked, due, sequence, skipped) if self.own else start.late(sequence, skipped)
        if sequence >= due:
            return None
        return start.early(sequence) if self._one_stream and not self.own else early(asked, due, sequence)

    def _step(self, entry: Sent, sequence: int, previous: int, *, told: bool) -> Wrong | None:
        if sequence == previous:
            return "wire_duplicate", f"event {sequence} is sent twice", (sequence,)
        if sequence < previous:
            return self._back(entry, sequence, previous)
        skipped = self._between(previous + 1, sequence)
        if skipped and not told:
            return "wire_gap", f"event {sequence} is sent right after {previous}, and no gap is told", skipped
        return None

    def _back(self, entry: Sent, sequence: int, previous: int) -> Wrong:
        anew = entry.digest not in self._known.get(sequence, {entry.digest})
        if anew and not self.own and sequence == min(self._known):
            return "ids_restart", f"the ids start over: {sequence} comes after {previous}", (sequence,)
        return "wire_order", f"event {sequence} is sent after {previous}", (sequence,)

    def _between(self, due: int, sequence: int) -> Sequence[int]:
        """What was to be sent before ``sequence``."""
        if self._witnessed is None:
            return range(due, sequence)
        return self._witnessed[bisect_left(self._witnessed, due) : bisect_left(self._witnessed, sequence)]

    def _contents(self, writing: Writing) -> Iterator[Offence]:
        when = "were produced" if self.own else "the first time"
        for entry in writing.course if self._one_stream else ():
            if entry.sequence is None:
                continue
            if entry.sequence not in self._known:
                if self.own:
                    text = f"event {entry.sequence} is sent, but was never produced"
                    yield _offence(writing, entry, ("wire_phantom", text, (entry.sequence,)))
            elif entry.digest not in self._known[entry.sequence]:
                text = f"event {entry.sequence} is sent with other bytes than {when}"
                yield _offence(writing, entry, ("wire_corruption", text, (entry.sequence,)))


def _offence(writing: Writing, entry: Sent, wrong: Wrong) -> Offence:
    name, text, sequences = wrong
    return Offence(name, writing.connection, text, entry.at, sequences)
