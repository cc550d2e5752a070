"""Does the server itself send the right events, whatever the network and a clever client make of them?

Judged by the server's ledger of each connection, which lies before the faulty network. So what is found here is
the server's, and it is found even when the client repairs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.place import number
from ssechaos.checkers.truth import digests
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Requested, Sent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.model import History

_OK = 200


@dataclass(frozen=True, slots=True)
class Writing:
    """What the server wrote to one connection, as the answer to one request."""

    request: Requested
    sent: list[Sent] = field(default_factory=list)


@register_checker("wire", side="server")
def check_wire(history: History) -> Findings:
    """Look at each connection: begins after Last-Event-ID, goes on by one, tells every gap, alters nothing.

    Findings: ``resume_late``, ``resume_early``, ``wire_gap``, ``wire_duplicate``, ``wire_order``,
    ``wire_corruption``, ``wire_phantom``.
    """
    words, known = Words(history), digests(history)
    found: dict[str, list[Finding]] = {}
    for connection, writing in writings(history).items():
        for name, text, at in (*_course(writing, min(known, default=1)), *_contents(writing, known)):
            message = f"connection {connection}: {text}, at {seconds(at)}{words.during(at)}"
            found.setdefault(name, []).append(Finding(name, message, at))
    return Findings(problems=tuple(finding for findings in found.values() for finding in first_few(findings)))


def writings(history: History) -> Mapping[int, Writing]:
    """What was written, by connection; only requests that were answered with a stream."""
    found: dict[int, Writing] = {}
    for entry in history.entries:
        if isinstance(entry, Requested) and entry.status == _OK:
            found.setdefault(entry.connection, Writing(entry))
        elif isinstance(entry, Sent) and entry.connection in found:
            found[entry.connection].sent.append(entry)
    return found


def _course(writing: Writing, lowest: int) -> Iterator[tuple[str, str, float]]:
    """Where the writing begins and how it goes on; a gap event excuses what it skips."""
    asked = writing.request.last_event_id or "0"
    after = number(asked)
    due = None if after is None else max(after + 1, lowest)
    previous: int | None = None
    for entry in writing.sent:
        if entry.event == "gap":
            due = None
        if entry.sequence is None:
            continue
        if previous is None:
            wrong = _start(entry.sequence, due, asked)
        else:
            wrong = _step(entry.sequence, previous, told=due is None)
        if wrong is not None:
            yield *wrong, entry.at
        previous, due = entry.sequence, entry.sequence + 1


def _start(sequence: int, due: int | None, asked: str) -> tuple[str, str] | None:
    if due is None or sequence == due:
        return None
    if sequence > due:
        return "resume_late", f"begins with event {sequence} after Last-Event-ID {asked}, so {due} is skipped"
    return "resume_early", f"begins with event {sequence} after Last-Event-ID {asked}: it was delivered before"


def _step(sequence: int, previous: int, *, told: bool) -> tuple[str, str] | None:
    if sequence == previous:
        return "wire_duplicate", f"event {sequence} is sent twice"
    if sequence < previous:
        return "wire_order", f"event {sequence} is sent after {previous}"
    if sequence > previous + 1 and not told:
        return "wire_gap", f"event {sequence} is sent right after {previous}, and no gap is told"
    return None


def _contents(writing: Writing, known: Mapping[int, frozenset[str]]) -> Iterator[tuple[str, str, float]]:
    for entry in writing.sent:
        if entry.sequence is None:
            continue
        if entry.sequence not in known:
            yield "wire_phantom", f"event {entry.sequence} is sent, but was never produced", entry.at
        elif entry.digest not in known[entry.sequence]:
            yield (
                "wire_corruption",
                f"event {entry.sequence} is sent with other bytes than were produced",
                entry.at,
            )
