"""Did every client end as it should, and with everything that was sent?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.blame import side_of_lost
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import is_own, missing, sent, unknown, untold
from ssechaos.checkers.wording import Words, events, first_few, seconds
from ssechaos.model import Finding, Findings, Verdict
from ssechaos.model.entries import (
    Broken,
    Delivered,
    Done,
    Emitted,
    Ended,
    ErrorShown,
    FaultBegan,
    Misbehaved,
    Requested,
    Sent,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("completion")
def check_completion(history: History) -> Findings:
    """Compare what the clients delivered with what was sent, and how they ended with what is expected.

    Measures:
        sent: events that were sent, each counted once; None when nobody can know it.
        clients: how many clients were to get them.
        delivered: of these events, how many a client was given, on average over the clients; None likewise.
        completion_rate: ``delivered / sent``; None when nothing was sent, or nobody can know.
    """
    sequences = sent(history)
    count = clients(history)
    got = sum(len(sequences) - len(missing(story, sequences)) for story in stories(history))
    delivered = got // count if got % count == 0 else got / count
    measurements = {
        "sent": None if unknown(history) else len(sequences),
        "clients": count,
        "delivered": None if unknown(history) else delivered,
        "completion_rate": got / (len(sequences) * count) if sequences else None,
    }
    problems = (*_nothing(history), *_early(history), *first_few(list(_endings(history, sequences))))
    return Findings(measurements, problems)


def _nothing(history: History) -> Iterator[Finding]:
    """A run in which nothing happened shows nothing. When it is known why, that is said elsewhere."""
    played = any(entry.reason != "interrupted" for entry in history.of(Ended))
    if not played or any(isinstance(entry, ErrorShown | Misbehaved | Broken) for entry in history.entries):
        return
    known = history.conditions.ground_truth != "sequence" or any(history.of(Requested))
    if known and not any(history.of(Emitted)) and not any(history.of(Sent)):
        yield Finding("nothing_sent", "the server sent no event at all", 0.0, Verdict.INVALID)
    elif not any(history.of(Delivered)):
        yield Finding("nothing_delivered", "no client delivered any event", 0.0, Verdict.INVALID)


def _early(history: History) -> Iterator[Finding]:
    """The server says that all is sent while its workload is not, and its time is not up either."""
    conditions = history.conditions
    complete = next((entry.at for entry in history.of(Sent) if entry.event == "complete"), None)
    if complete is None or not is_own(history):
        return
    emitted = sum(entry.at <= complete for entry in history.of(Emitted))
    due = conditions.scenario.workload.events
    if emitted < due and complete < conditions.scenario.server.stream_max_seconds:
        message = f"the server said complete at {seconds(complete)}, after {emitted} of {due} events"
        yield Finding("completed_early", message, complete, side="server")


def _endings(history: History, sequences: tuple[int, ...]) -> Iterator[Finding]:
    told = stories(history)
    for story in told:
        match history.conditions.scenario.expects:
            case "either" if isinstance(story.end, ErrorShown):
                pass
            case "done" | "either":
                yield from _when_done(history, story, sequences)
            case _:
                yield from _when_error(history, story, sequences)
    unheard = clients(history) - len(told)
    if unheard:
        yield Finding("incomplete", f"{unheard} of {clients(history)} clients were never heard of")


def _complete_at(history: History) -> float:
    """When the server first said that the stream is complete; 0 when that is not known, or not said in words."""
    written = list(history.of(Sent))
    until = history.conditions.terms.until
    if not written or until.events is not None:
        return 0.0
    return next((entry.at for entry in written if until.marks(entry.event, entry.digest)), math.inf)


def _when_done(history: History, story: Story, sequences: tuple[int, ...]) -> Iterator[Finding]:
    words = Words(history)
    who = words.whose(story.client)
    match story.end:
        case Done(at=at):
            yield from _false_completion(history, story, sequences, at)
        case ErrorShown(at=at, message=message):
            yield Finding("gave_up", f"{who}gave up at {seconds(at)}{words.during(at)}: {message}", at)
        case None:
            left = missing(story, sequences)
            without = f", without {events(left)}" if left else ""
            yield Finding("incomplete", f"{who}not complete by the end of the run{without}")


def _when_error(history: History, story: Story, sequences: tuple[int, ...]) -> Iterator[Finding]:
    due = f"{Words(history).whose(story.client)}was to give up visibly, but"
    match story.end:
        case Done(at=at) if not _all_begun(
            history, at
        ):  # what was to force it had not begun: a shorter stream may well be complete
            yield from _false_completion(history, story, sequences, at)
        case Done(at=at):
            yield Finding("no_error", f"{due} took itself as complete", at, side="client")
        case None:
            yield Finding("no_error", f"{due} showed no error by the end of the run", side="client")


def _all_begun(history: History, at: float) -> bool:
    begun = {entry.step for entry in history.of(FaultBegan) if entry.at <= at}
    return len(begun) >= len(history.conditions.scenario.schedule)


def _false_completion(history: History, story: Story, sequences: tuple[int, ...], at: float) -> Iterator[Finding]:
    words = Words(history)
    early = {sequence for sequence, entry in story.sequenced() if entry.at <= at}
    left = untold(story, [sequence for sequence in sequences if sequence not in early])
    text = f"{words.whose(story.client)}took the stream as complete at {seconds(at)}"
    if left:
        message = f"{text} without {events(left)}{words.during(at)}"
        yield Finding("false_completion", message, at, side=side_of_lost(history, left))
    elif at < _complete_at(history):
        message = f"{text}, before the server had said so{words.during(at)}"
        yield Finding("false_completion", message, at, side="client")
