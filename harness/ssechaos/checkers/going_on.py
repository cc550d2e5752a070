"""Does a resumed stream go on? A server may take a Last-Event-ID, answer 200, and then send none of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.silence import threshold
from ssechaos.checkers.truth import is_own, sent
from ssechaos.checkers.watched import Watch
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.checkers.writings import Positions, writings
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Emitted

if TYPE_CHECKING:
    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History


@register_checker("going_on", side="server")
def check_going_on(history: History) -> Findings:
    """Look for connections to a server of somebody else's that bring nothing of a rest that was there.

    Named (``resume_stuck``) once a client has to take it for dead, or when the server ends the connection.
    """
    if is_own(history) or not sent(history):
        return Findings()
    watch, positions, limit = Watch(history), Positions(history), threshold(history)
    problems = []
    for writing in writings(history).values():
        after = positions.of(writing.request.last_event_id or "")
        rest = None if after is None else _rest(history, writing, after)
        lasted = watch.until(writing) - writing.request.at
        if rest is not None and (lasted > limit or _ended(writing)):
            text = (
                f"connection {writing.connection}: brings nothing after Last-Event-ID "
                f"{writing.request.last_event_id} for {seconds(lasted)}, though event {rest} was there"
            )
            problems.append(Finding("resume_stuck", text, writing.request.at + lasted))
    return Findings(problems=first_few(problems))


def _rest(history: History, writing: Writing, after: int) -> int | None:
    """The first event behind ``after`` that was there at the request; None when none was, or anything came."""
    if writing.course:
        return None
    there = (e.sequence for e in history.of(Emitted) if e.at < writing.request.at and e.sequence > after)
    return min(there, default=None)


def _ended(writing: Writing) -> bool:
    return writing.ended is not None and writing.ended.reason == "server_end"
