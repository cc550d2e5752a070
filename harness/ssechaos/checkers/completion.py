"""Did every client end as it should, and with everything that was sent?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.story import clients, stories
from ssechaos.checkers.truth import has_ledger, missing, sent, untold
from ssechaos.checkers.wording import Words, events, first_few, seconds
from ssechaos.model import Finding, Findings, Verdict
from ssechaos.model.entries import Broken, Delivered, Done, Emitted, Ended, ErrorShown, Misbehaved, Sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@register_checker("completion", side="client")
def check_completion(history: History) -> Findings:
    """Compare what the clients delivered with what was sent, and how they ended with what is expected.

    Measures:
        sent: events that were sent, each counted once.
        clients: how many clients were to get them.
        delivered: of these events, how many a client was given, on average over the clients.
        completion_rate: ``delivered / sent``; None when nothing was sent.
    """
    sequences = sent(history)
    count = clients(history)
    got = sum(len(sequences) - len(missing(story, sequences)) for story in stories(history))
    delivered = got // count if got % count == 0 else got / count
    measurements = {
        "sent": len(sequences),
        "clients": count,
        "delivered": delivered,
        "completion_rate": got / (len(sequences) * count) if sequences else None,
    }
    problems = (*_nothing(history), *_early(history), *first_few(list(_endings(history, sequences))))
    return Findings(measurements, problems)


def _nothing(history: History) -> Iterator[Finding]:
    """A run in which nothing happened shows nothing. When it is known why, that is said elsewhere."""
    played = any(entry.reason != "interrupted" for entry in history.of(Ended))
    if not played or any(isinstance(entry, ErrorShown | Misbehaved | Broken) for entry in history.entries):
        return
    ledger = history.conditions.ground_truth != "sequence"
    if ledger and not any(history.of(Emitted)):
        yield Finding("nothing_sent", "the server sent no event at all", 0.0, Verdict.INVALID)
    elif not any(history.of(Delivered)):
        yield Finding("nothing_delivered", "no client delivered any event", 0.0, Verdict.INVALID)


def _early(history: History) -> Iterator[Finding]:
    """The server says that all is sent while its workload is not, and its time is not up either."""
    conditions = history.conditions
    complete = next((entry.at for entry in history.of(Sent) if entry.event == "complete"), None)
    if complete is None or not has_ledger(history):
        return
    emitted = sum(entry.at <= complete for entry in history.of(Emitted))
    due = conditions.scenario.workload.events
    if emitted < due and complete < conditions.scenario.server.stream_max_seconds:
        message = f"the server said complete at {seconds(complete)}, after {emitted} of {due} events"
        yield Finding("completed_early", message, complete, side="server")


def _endings(history: History, sequences: tuple[int, ...]) -> Iterator[Finding]:
    words, told = Words(history), stories(history)
    complete = _complete_at(history)
    for story in told:
        match history.conditions.scenario.expects:
            case "either" if isinstance(story.end, ErrorShown):
                pass
            case "done" | "either":
                yield from _when_done(words, story, sequences, complete)
            case _:
                yield from _when_error(words, story)
    unheard = clients(history) - len(told)
    if unheard:
        yield Finding("incomplete", f"{unheard} of {clients(history)} clients were never heard of")


def _complete_at(history: History) -> float:
    """When the server first said that the stream is complete; 0 when there is no ledger of what it wrote."""
    written = list(history.of(Sent))
    return next((entry.at for entry in written if entry.event == "complete"), math.inf) if written else 0.0


def _when_done(words: Words, story: Story, sequences: tuple[int, ...], complete: float) -> Iterator[Finding]:
    who = words.whose(story.client)
    match story.end:
        case Done(at=at):
            yield from _false_completion(words, story, sequences, at, complete)
        case ErrorShown(at=at, message=message):
            yield Finding("gave_up", f"{who}gave up at {seconds(at)}{words.during(at)}: {message}", at)
        case None:
            left = missing(story, sequences)
            without = f", without {events(left)}" if left else ""
            yield Finding("incomplete", f"{who}not complete by the end of the run{without}")


def _when_error(words: Words, story: Story) -> Iterator[Finding]:
    who = words.whose(story.client)
    match story.end:
        case Done(at=at):
            yield Finding("no_error", f"{who}was to give up visibly, but took itself as complete", at)
        case None:
            yield Finding("no_error", f"{who}was to give up visibly, but showed no error by the end of the run")


def _false_completion(
    words: Words, story: Story, sequences: tuple[int, ...], at: float, complete: float
) -> Iterator[Finding]:
    early = {sequence for sequence, entry in story.sequenced() if entry.at <= at}
    left = untold(story, [sequence for sequence in sequences if sequence not in early])
    text = f"{words.whose(story.client)}took the stream as complete at {seconds(at)}"
    if left:
        yield Finding("false_completion", f"{text} without {events(left)}{words.during(at)}", at)
    elif at < complete:
        yield Finding("false_completion", f"{text}, before the server had said so{words.during(at)}", at)
