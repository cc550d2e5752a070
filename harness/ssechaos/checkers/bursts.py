"""Does the server send its events when it has them, or does it hold them back and send many at once?

The 2 s rule: what a user waits for longer than that does not stream. A server may well produce its events in
groups, so only what leaves no doubt is named: nothing at all for two seconds, not even a comment, and then several
events within an instant, again and again, or everything at the very end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import NO_NEWS
from ssechaos.checkers.truth import is_own
from ssechaos.checkers.watched import Watch
from ssechaos.checkers.wording import first_few, seconds
from ssechaos.checkers.writings import ends_stream, writings
from ssechaos.model import Finding, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.checkers.writings import Writing
    from ssechaos.model import History

_PAUSE = 2.0
"""Seconds of nothing before a burst that was held back."""
_AT_ONCE = 0.02
"""Seconds between two events of one burst."""
_MANY = 3
"""Events in a burst that was held back."""
_AGAIN = 2
"""So many bursts are a habit."""
_ALL = 5
"""Events that, sent together at the end, are no short answer any more."""


@dataclass(frozen=True, slots=True)
class Burst:
    """How many events were sent within an instant; ``pause``: for how many seconds nothing was sent before."""

    at: float
    events: int
    pause: float

    @property
    def held(self) -> bool:
        """Whether these are several events after a long pause."""
        return self.pause >= _PAUSE and self.events >= _MANY


@register_checker("bursts", side="server")
def check_bursts(history: History) -> Findings:
    """Look for connections to a server of somebody else's on which all news come in bursts (``buffered``)."""
    if is_own(history):
        return Findings()
    watch = Watch(history)
    problems = []
    for writing in writings(history).values():
        held = _held(_bursts(history, watch, writing), _end(history, writing))
        if held:
            problems.append(_finding(writing, held))
    return Findings(problems=first_few(problems))


def _bursts(history: History, watch: Watch, writing: Writing) -> list[Burst]:
    """The news of a connection, as far as it can be judged; a replay is none, as that comes at once by nature."""
    signs, until = watch.signs_of_life(writing), watch.until(writing)
    groups: list[list[float]] = []
    for entry in writing.sent:
        if entry.at > until or entry.replayed or entry.event in NO_NEWS or ends_stream(history, entry):
            continue
        if groups and entry.at - groups[-1][-1] <= _AT_ONCE:
            groups[-1].append(entry.at)
        else:
            groups.append([entry.at])
    return [Burst(group[0], len(group), _pause(signs, group[0])) for group in groups]


def _pause(signs: Sequence[float], at: float) -> float:
    return at - max((sign for sign in signs if sign < at), default=at)


def _held(found: Sequence[Burst], end: float) -> list[Burst]:
    """The bursts, when there is no doubt.

    What a connection begins with may be a replay, and what it ends with may be flushed by the end.
    """
    held = [burst for burst in found if burst.held]
    if len(held) >= _AGAIN and all(burst.held for burst in found[1:-1]):
        return held
    whole = len(found) == 1 and bool(held) and held[0].events >= _ALL and end - held[0].at <= _AT_ONCE
    return held if whole else []


def _end(history: History, writing: Writing) -> float:
    """When the server said, or showed, that the stream is complete."""
    said = (entry.at for entry in writing.sent if ends_stream(history, entry))
    shown = writing.ended.at if writing.ended is not None and writing.ended.reason == "complete" else math.inf
    return next(said, shown)


def _finding(writing: Writing, held: Sequence[Burst]) -> Finding:
    most, pause = max(burst.events for burst in held), min(burst.pause for burst in held)
    bursts = "one burst" if len(held) == 1 else f"{len(held)} bursts"
    message = (
        f"connection {writing.connection}: sends its events in {bursts} of up to {most}, after at least "
        f"{seconds(pause)} of nothing, from {seconds(held[0].at)} on: they are held back before they are sent"
    )
    return Finding("buffered", message, held[0].at)
