"""Does the server say where its stream ends?

The end of a connection is none: a network may cut one cleanly, and a server may close one to be asked again.
Without a last event, or a status for the next request that tells it to stop, a client can only guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.truth import is_own
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.checkers.writings import ends_stream, news, writings
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Dropped, Requested, Sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History

_STOP = frozenset({204, 404, 410})
"""With these, a server tells a client that asks again to stop."""


@register_checker("endings", side="server")
def check_endings(history: History) -> Findings:
    """Look for streams that end without a word (``end_unmarked``)."""
    found = _unsaid(history) if is_own(history) else _guessed(history)
    problems = []
    for writing, at in found:
        text = f"connection {writing.connection}: ended cleanly at {seconds(at)}"
        problems.append(Finding("end_unmarked", f"{text}, and nothing had said that the stream is complete", at))
    return Findings(problems=first_few(problems))


def _unsaid(history: History) -> Iterator[tuple[Writing, float]]:
    """By its own ledger the server was done with the stream, and had not said so."""
    for writing in writings(history).values():
        said = any(ends_stream(history, entry) for entry in writing.sent)
        if writing.ended is not None and writing.ended.reason == "complete" and not said:
            yield writing, writing.ended.at


def _guessed(history: History) -> Iterator[tuple[Writing, float]]:
    """The first clean end after which nothing new ever came, although it was asked for."""
    if any(entry.reason == "complete" for entry in history.of(Dropped)):
        return
    for writing in writings(history).values():
        ended = writing.ended
        if ended is not None and ended.reason == "server_end" and _was_the_end(history, ended.at):
            yield writing, ended.at
            return


def _was_the_end(history: History, at: float) -> bool:
    later = {entry.status for entry in history.of(Requested) if entry.at > at}
    if later & _STOP:
        return False
    before = {news(entry) for entry in history.of(Sent) if entry.at <= at}
    if not any(entry.id for entry in history.of(Sent)):
        return bool(before - {None})  # nobody can ask for what would come next
    return bool(later) and {news(entry) for entry in history.of(Sent)} <= before | {None}
