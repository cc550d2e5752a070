"""Does a client come back with the right ``Last-Event-ID``: the id of the last event that it delivered?

WHATWG HTML standard, section 9.2.3 (reestablish the connection). A stale id brings events twice, one that is
ahead loses some, a missing one replays everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import outages
from ssechaos.checkers.place import Place
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Connect, Delivered, Requested

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

_PIPE = 0.5
"""Seconds after which a delivery by another program has surely been read from its output."""


@register_checker("resume", side="client")
def check_resume(history: History) -> Findings:
    """Hold each attempt and, when there is one client only, each request against what was delivered by then."""
    problems: list[Finding] = []
    words, told = Words(history), stories(history)
    for story in told:
        problems += _attempts(words, story)
    if clients(history) == 1 and told:
        says = any(told[0].of(Connect))
        problems += _requests_as_said(history, words) if says else _requests_by_place(history, words, told[0])
    return Findings(problems=first_few(problems))


def _attempts(words: Words, story: Story) -> Iterator[Finding]:
    place = Place()
    for entry in story.entries:
        if isinstance(entry, Delivered):
            place = place.after(entry)
        elif isinstance(entry, Connect) and (wrong := place.objects_to(entry.last_event_id)) is not None:
            yield _finding(words, f"{words.whose(story.client)}connects {wrong}", entry.at)


def _requests_as_said(history: History, words: Words) -> Iterator[Finding]:
    """A client that says what it asks for: each request asks for what one of its attempts said.

    A request may arrive late, even after the next one, when a fault holds it; so the order is left open.
    """
    open_attempts: list[str | None] = []
    for entry in history.entries:
        if isinstance(entry, Connect):
            open_attempts.append(entry.last_event_id or None)
        elif isinstance(entry, Requested):
            asked = entry.last_event_id or None
            if asked in open_attempts:
                open_attempts.remove(asked)
            else:
                said = open_attempts[-1] if open_attempts else None
                text = f"the server was asked with {_shown(asked)}, while the client says {_shown(said)}"
                yield _finding(words, text, entry.at)


def _requests_by_place(history: History, words: Words, story: Story) -> Iterator[Finding]:
    """A client that does not say when it connects: its requests are judged by what it has delivered."""
    for request in history.of(Requested):
        since = request.at
        if _may_be_late(history, since):
            since -= history.conditions.scenario.clients.policy.connect_timeout
        wrong = _place(story, request.at).objects_to(request.last_event_id)
        places = _places(story, since, request.at + _PIPE)
        if wrong is not None and all(place.objects_to(request.last_event_id) for place in places):
            yield _finding(words, f"the client asks {wrong}", request.at)


def _place(story: Story, at: float) -> Place:
    return next(_places(story, at, at))


def _places(story: Story, since: float, until: float) -> Iterator[Place]:
    """Where the client was at ``since``, and at each moment from then on."""
    place = Place()
    for entry in story.of(Delivered):
        if entry.at > until:
            break
        if entry.at >= since:  # of one instant, nobody knows what came first
            yield place
        place = place.after(entry)
    yield place


def _may_be_late(history: History, at: float) -> bool:
    """Whether an outage may have held the request: it says where the client was when it was made."""
    timeout = history.conditions.scenario.clients.policy.connect_timeout
    return any(outage.began <= at <= outage.healed + timeout and not outage.struck for outage in outages(history))


def _shown(last_event_id: str | None) -> str:
    return "no Last-Event-ID" if last_event_id is None else f"Last-Event-ID {last_event_id}"


def _finding(words: Words, text: str, at: float) -> Finding:
    return Finding("resume", f"{text}, at {seconds(at)}{words.during(at)}", at)
