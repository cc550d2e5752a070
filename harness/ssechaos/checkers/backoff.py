"""Does a client wait between its tries as long as its policy promises, and as long as it tells its user?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import is_progress, stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Connect, Delivered, Done, ErrorShown, Misbehaved, NoticeShown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History

LATE = 0.25
"""Seconds by which a try may come later than announced: a busy machine is no fault of the client."""
EARLY = 0.02
"""Seconds by which a try may come earlier than announced: clocks are read twice."""

_ROUNDING = 0.001

_Accusation = tuple[NoticeShown, float, str]
"""The announcement that is held against a client, when, and why."""


@register_checker("backoff", side="client")
def check_backoff(history: History) -> Findings:
    """Hold each announced wait against the policy, and each try against its announcement.

    The waits since the stream last went on are counted here, not taken from the client: the first one is the
    policy's first, and so on, raised to the server's ``retry``. A try at once (to repair a gap) is no wait.
    """
    words = Words(history)
    told = stories(history)
    accused = [accusation for story in told for accusation in _waits(history, story)]
    uniform = [finding for story in told for finding in _without_jitter(words, history, story)]
    problems = first_few([_finding(words, *accusation) for accusation in accused])
    return Findings(problems=(*problems, *first_few(uniform)))


@dataclass(frozen=True, slots=True)
class _Allowed:
    """The shortest and the longest wait that the policy allows, in seconds."""

    low: float
    high: float

    def __contains__(self, wait: float) -> bool:
        return self.low - _ROUNDING <= wait <= self.high + _ROUNDING


def _waits(history: History, story: Story) -> Iterator[_Accusation]:
    waits, announced, served = 0, None, False
    for entry in story.entries:
        served = served or isinstance(entry, Delivered)
        if is_progress(entry):
            waits = 0
        if isinstance(entry, NoticeShown) and entry.retry_in is not None:
            announced = entry
            if entry.retry_in > 0:
                yield from _length(entry, _allowed(history, entry, waits, served=served))
                waits += 1
        elif isinstance(entry, Connect | Done | ErrorShown | Misbehaved):
            if announced is not None and isinstance(entry, Connect):
                yield from _punctual(announced, entry.at)
            announced = None
    if announced is not None:
        yield from _kept(history, announced)


def _without_jitter(words: Words, history: History, story: Story) -> Iterator[Finding]:
    """Clients that wait exactly as long as each other come back as a herd, and bring the server down again."""
    scenario = history.conditions.scenario
    policy = scenario.clients.policy
    steps = {*policy.backoff, scenario.server.retry}
    waits = [entry.retry_in for entry in story.of(NoticeShown) if entry.retry_in and entry.asked is None]
    if policy.jitter and len(waits) > 1 and all(wait in steps for wait in waits):
        told = ", ".join(seconds(wait) for wait in waits)
        yield Finding("no_jitter", f"{words.whose(story.client)}waits {told}: the policy's own steps, unvaried")


def _allowed(history: History, notice: NoticeShown, waits: int, *, served: bool) -> _Allowed:
    policy = history.conditions.scenario.clients.policy
    step = min(policy.backoff[min(waits, len(policy.backoff) - 1)], policy.backoff_cap)
    # Nobody knows the retry of a server of others: it may raise the wait up to the cap, or not at all.
    known = history.conditions.target == "reference"
    retry = history.conditions.scenario.server.retry if known else policy.backoff_cap
    most = min(max(step, retry), policy.backoff_cap)
    # The server says its retry at the head of each stream: before that a client can't know it.
    least = most if served and known else step
    low, high = least * (1 - policy.jitter), min(policy.backoff_cap, most * (1 + policy.jitter))
    if notice.asked is not None:
        return _Allowed(max(low, notice.asked), max(high, notice.asked * (1 + policy.jitter)))
    return _Allowed(low, high)


def _length(notice: NoticeShown, allowed: _Allowed) -> Iterator[_Accusation]:
    wait = notice.retry_in or 0.0
    if wait not in allowed:
        asked = "" if notice.asked is None else f" as the server asked for {seconds(notice.asked)}"
        limits = f"{seconds(allowed.low)} to {seconds(allowed.high)} are right{asked}"
        yield notice, notice.at, f"announced a wait of {seconds(wait)}, where {limits}"


def _punctual(notice: NoticeShown, at: float) -> Iterator[_Accusation]:
    wait = notice.retry_in or 0.0
    if not wait - EARLY <= at - notice.at <= wait + LATE:
        text = f"announced a try in {seconds(wait)}, but tried after {seconds(at - notice.at)}"
        yield notice, at, text


def _kept(history: History, notice: NoticeShown) -> Iterator[_Accusation]:
    due = notice.at + (notice.retry_in or 0.0)
    if history.end > due + LATE:
        yield notice, due, f"announced a try for {seconds(due)} that never came"


def _finding(words: Words, notice: NoticeShown, at: float, text: str) -> Finding:
    which = "" if notice.attempt is None else f" (try {notice.attempt})"
    return Finding("backoff", f"{words.whose(notice.client)}{text}{which}{words.during(at)}", at)
