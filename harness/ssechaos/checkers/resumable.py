"""Can the stream be resumed at all? Without ids, no client can say where it was when its connection broke.

Streams of language models are often so. What a break costs them is not lost on the way: it is their design.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import is_own
from ssechaos.checkers.wording import Words, seconds
from ssechaos.checkers.writings import ends_stream, news, writings
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import ErrorShown, Sent

if TYPE_CHECKING:
    from ssechaos.model import History


@register_checker("resumable", side="server")
def check_resumable(history: History) -> Findings:
    """Look for a break in a stream without ids, of a server of somebody else's (``cannot_resume``)."""
    if is_own(history) or any(entry.id for entry in history.of(Sent)):
        return Findings()
    broke = _break(history)
    if broke is None:
        return Findings()
    during = Words(history).during(broke)
    where = f"the break at {seconds(broke)}{during}{',' if during else ''}"
    text = f"the stream has no ids, so {where} cost the rest: no client can say what it has"
    return Findings(problems=(Finding("cannot_resume", text, broke),))


def _break(history: History) -> float | None:
    """When a connection broke that had brought something, and not all; None when none did."""
    answered = list(writings(history).values())
    again = [writing.request.at for writing in answered[clients(history) :]]
    gave_up = [story.end.at for story in stories(history) if isinstance(story.end, ErrorShown)]
    came_back = min([*again, *gave_up], default=None)
    if came_back is None:
        return None
    for writing in answered:
        ended = came_back if writing.ended is None else writing.ended.at
        whole = any(ends_stream(history, entry) for entry in writing.sent)
        if ended <= came_back and not whole and any(news(entry) is not None for entry in writing.sent):
            return ended
    return None
