"""Are tries counted, bounded, and never made in a tight loop?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ssechaos.checkers.backoff import EARLY
from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import is_progress, stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Connect, Delivered, Entry, Opened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import ClientPolicy, History

_TIGHT = 3
"""So many tries too close together are a loop; two are a break and the repair of a gap, which may come at once."""

_PAUSE = 0.1
"""Seconds between two tries that are no loop, of a client whose waits nobody has promised."""


_Over = Callable[[Entry], bool]
"""Whether an entry ends a row of tries."""


@dataclass(frozen=True, slots=True)
class Row:
    """Tries in a row, without anything new of the stream between them. ``attempts`` is what the client counted."""

    client: str
    times: tuple[float, ...]
    attempts: tuple[int, ...]


@register_checker("retries", side="client")
def check_retries(history: History) -> Findings:
    """Look at the tries in a row between two moments at which the stream went on.

    A client that does not say when it connects is judged, if it is alone, by the connections that arrived.
    """
    words = Words(history)
    policy = _promised(history)
    rows = [row for story in stories(history) for row in _rows(history, story, is_progress)]
    # What a gap event told is not missing any more: the next missing event may be asked for at once.
    moved = [row for story in stories(history) for row in _rows(history, story, _moves)]
    questions: tuple[tuple[Callable[[Row, ClientPolicy], tuple[str, str, float] | None], list[Row]], ...]
    questions = ((_unbounded, rows), (_tight, moved), (_uncounted, rows))
    found = [
        [_finding(words, row, *answer) for row in asked if (answer := question(row, policy)) is not None]
        for question, asked in questions
    ]
    return Findings(problems=tuple(finding for findings in found for finding in first_few(findings)))


def _promised(history: History) -> ClientPolicy:
    """The policy that the client is held to. One that is never given it has its own: it must only pause."""
    policy = history.conditions.scenario.clients.policy
    if not history.conditions.own_policy:
        return policy
    return replace(policy, backoff=(_PAUSE,), jitter=0.0, max_attempts=sys.maxsize)


def _moves(entry: Entry) -> bool:
    """Whether the client's place in the stream moved."""
    return is_progress(entry) or (isinstance(entry, Delivered) and entry.gap is not None)


def _rows(history: History, story: Story, over: _Over) -> Iterator[Row]:
    tries: list[Connect | Opened] = []
    says = any(story.of(Connect))
    entries = story.entries if says or len(stories(history)) > 1 else history.entries
    for entry in entries:
        if isinstance(entry, Connect if says else Opened):
            tries.append(entry)
        elif tries and over(entry):
            yield _row(story, tries)
            tries = []
    if tries:
        yield _row(story, tries)


def _row(story: Story, tries: list[Connect | Opened]) -> Row:
    counted = tuple(entry.attempt for entry in tries if isinstance(entry, Connect))
    return Row(story.client, tuple(entry.at for entry in tries), counted)


def _unbounded(row: Row, policy: ClientPolicy) -> tuple[str, str, float] | None:
    """Whether the very first connection counts as a try is the client's choice: one more is allowed."""
    most = policy.max_attempts
    if len(row.times) <= most + 1 and max(row.attempts, default=0) <= most:
        return None
    text = f"tried {len(row.times)} times in a row, the policy gives up after {most}"
    return "unbounded_retries", text, row.times[min(most, len(row.times) - 1)]


def _tight(row: Row, policy: ClientPolicy) -> tuple[str, str, float] | None:
    shortest = min(*policy.backoff, policy.backoff_cap) * (1 - policy.jitter) - EARLY
    for burst in _bursts(row.times, shortest):
        if len(burst) >= _TIGHT:
            text = f"tried {len(burst)} times within {seconds(burst[-1] - burst[0])}, without waiting"
            return "tight_loop", text, burst[_TIGHT - 1]
    return None


def _bursts(times: tuple[float, ...], shortest: float) -> Iterator[list[float]]:
    """The tries in groups, those in each closer together than the shortest wait that is allowed."""
    burst: list[float] = []
    for at in times:
        if burst and at - burst[-1] >= shortest:
            yield burst
            burst = []
        burst.append(at)
    yield burst


def _uncounted(row: Row, policy: ClientPolicy) -> tuple[str, str, float] | None:  # noqa: ARG001 - the face of all questions
    for at, before, after in zip(row.times[1:], row.attempts, row.attempts[1:], strict=False):
        if after <= before:
            text = f"counts {after} failed tries where it had counted {before} before another one failed"
            return "attempt_not_counted", text, at
    return None


def _finding(words: Words, row: Row, name: str, text: str, at: float) -> Finding:
    return Finding(name, f"{words.whose(row.client)}{text}, at {seconds(at)}{words.during(at)}", at)
