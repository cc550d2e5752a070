"""Events that did not arrive as they should, and the circumstances of each: what a reader asks first.

The definitions are those of the checkers (``loss``, ``duplicates``, ``order``, ``corruption``, ``phantoms``); here
every such event is kept with its place and time, where a finding sums them up in a sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.outages import spans
from ssechaos.checkers.truth import digests, has_ledger, missing, sent, untold
from ssechaos.checkers.wording import Words, events
from ssechaos.errors import UsageError
from ssechaos.model.entries import Emitted, FaultStruck, Sent
from ssechaos.report.html.axis import moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

AT_ONCE = 0.5
"""A fault that struck no more than so many seconds from an event's time is named with it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One event that did not arrive as it should.

    Attributes:
        kind: ``lost``, ``told`` (lost, and the user knows), ``again``, ``late``, ``corrupted`` or ``phantom``.
        at: When it was produced, for what never came; when it was delivered, for what came wrongly.
    """

    kind: str
    sequence: int
    at: float | None


def troubles(history: History, story: Story) -> list[Trouble]:
    """All of one client, in order of their sequences within each kind."""
    return [*_missing(history, story), *_wrong(history, story)]


def grouped(found: Sequence[Trouble]) -> list[list[Trouble]]:
    """Neighbours of one kind together: a run of sequences that share their fate."""
    groups: list[list[Trouble]] = []
    for trouble in found:
        last = groups[-1][-1] if groups else None
        if last is not None and last.kind == trouble.kind and trouble.sequence == last.sequence + 1:
            groups[-1].append(trouble)
        else:
            groups.append([trouble])
    return groups


def names(group: Sequence[Trouble]) -> str:
    """``event 7`` or ``events 7-9``."""
    return events([trouble.sequence for trouble in group])


def first_emitted(history: History) -> dict[int, float]:
    """When each event was first produced; a restarted server may produce it again."""
    times: dict[int, float] = {}
    for entry in history.of(Emitted):
        times.setdefault(entry.sequence, entry.at)
    return times


def sent_at_all(history: History) -> tuple[int, ...]:
    """The sequences that were sent; none where the ids do not count events, so that nobody knows."""
    try:
        return sent(history)
    except UsageError:
        return ()


class Circumstances:
    """What else was going on at a moment of one run."""

    def __init__(self, history: History) -> None:
        self._spans = spans(history)
        self._words = Words(history)
        self._strikes = tuple(history.of(FaultStruck))
        self._wires: dict[int, list[int]] = {}
        for entry in history.of(Sent):
            if entry.sequence is not None:
                self._wires.setdefault(entry.sequence, []).append(entry.connection)

    def faults(self, at: float) -> str:
        """The faults in force and their times; else the last one before, or that there was none."""
        spans_then = [span for span in self._spans if span.began <= at <= span.ended]
        if not spans_then:
            return self._words.during(at).removeprefix(", ") or "none so far"
        return "; ".join(f"{span.fault} ({_period(span.began, span.ended)})" for span in spans_then)

    def strike(self, at: float) -> str:
        """What a fault did to a connection at that moment; nothing when none did."""
        near = [entry for entry in self._strikes if abs(entry.at - at) <= AT_ONCE]
        if not near:
            return ""
        entry = min(near, key=lambda one: abs(one.at - at))
        where = "" if entry.connection is None else f" on connection {entry.connection}"
        return f"{entry.what}{where} at {moment(entry.at)}"

    def wires(self, sequence: int) -> str:
        """The connections that an event was written to."""
        found = list(dict.fromkeys(self._wires.get(sequence, ())))
        if not found:
            return "never written to a connection"
        shown = ", ".join(map(str, found[:3])) + (" …" if len(found) > 3 else "")  # noqa: PLR2004 - a cell's room
        return f"written to connection {shown}"


def _period(began: float, ended: float) -> str:
    return f"{moment(began)} to {'the end' if ended == float('inf') else moment(ended)}"


def _missing(history: History, story: Story) -> Iterator[Trouble]:
    left = missing(story, sent_at_all(history))
    hidden, produced = set(untold(story, left)), first_emitted(history)
    for sequence in left:
        yield Trouble("lost" if sequence in hidden else "told", sequence, produced.get(sequence))


def _wrong(history: History, story: Story) -> Iterator[Trouble]:
    known = digests(history) if has_ledger(history) else None
    seen: set[int] = set()
    highest = -1
    for sequence, entry in story.sequenced():
        kind = _kind(sequence, entry.digest, seen, highest, known)
        if kind is not None:
            yield Trouble(kind, sequence, entry.at)
        seen.add(sequence)
        highest = max(highest, sequence)


def _kind(
    sequence: int, digest: str, seen: set[int], highest: int, known: Mapping[int, frozenset[str]] | None
) -> str | None:
    if known is not None and sequence not in known:
        return "phantom"
    if known is not None and digest not in known[sequence]:
        return "corrupted"
    if sequence in seen:
        return "again"
    return "late" if sequence < highest else None
