"""Can the run be trusted at all: did the harness hold, did the clients keep its rules, did it end by itself?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings, Verdict
from ssechaos.model.entries import Broken, Ended, Misbehaved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.model import History


@register_checker("soundness")
def check_soundness(history: History) -> Findings:
    """What broke, who misbehaved, and how the run ended."""
    return Findings(problems=(*_breaks(history), *first_few(list(_misbehaviour(history))), *_ending(history)))


def _breaks(history: History) -> Iterator[Finding]:
    for entry in history.of(Broken):
        yield Finding("broken", f"{entry.where}: {entry.message}", entry.at, Verdict.INVALID)


def _misbehaviour(history: History) -> Iterator[Finding]:
    words = Words(history)
    for entry in history.of(Misbehaved):
        message = f"{words.whose(entry.client)}{entry.message}"
        yield Finding("client_misbehaved", message, entry.at, side="client")


def _ending(history: History) -> Iterator[Finding]:
    ended = next(history.of(Ended), None)
    if ended is None:
        if not any(history.of(Broken)):
            message = f"the history stops at {seconds(history.end)} without the run's end: it was killed"
            yield Finding("unfinished", message, history.end, Verdict.INVALID)
    elif ended.reason == "interrupted":
        message = f"the run was interrupted at {seconds(ended.at)}"
        yield Finding("interrupted", message, ended.at, Verdict.INVALID)
    elif ended.reason == "deadline":
        yield from _overdue(history, ended)


def _overdue(history: History, ended: Ended) -> Iterator[Finding]:
    done = sum(story.end is not None for story in stories(history))
    if done < clients(history):
        left = f"{clients(history) - done} of {clients(history)} clients" if clients(history) > 1 else "the client"
        yield Finding("deadline", f"{left} had not ended when the run's {seconds(ended.at)} were over", ended.at)
