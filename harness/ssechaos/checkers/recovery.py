"""How long does it take, once the network is healthy again, until the stream goes on?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import IN_FLIGHT, left_open, outages_for
from ssechaos.checkers.wording import Words, first_few, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Done, NoticeShown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.checkers.outages import Outage
    from ssechaos.checkers.story import Story
    from ssechaos.model import History


@dataclass(frozen=True, slots=True)
class Return:
    """A client's way back after an outage.

    Attributes:
        since: When the network was healthy again for this client.
        until: When the stream went on; None when it never did.
    """

    story: Story
    outage: Outage
    since: float
    until: float | None


@register_checker("recovery")
def check_recovery(history: History) -> Findings:
    """Time each outage from the healthy network to the first new event, for each client that it met.

    New is what is later in the stream than everything before; when nothing is left to come, it is the completion.
    A connection that died without a word leaves a healthy network at once, but nobody can come back from what he
    has not noticed: there the time runs from the detection. An outage that the next one follows before the
    client's longest wait is over says nothing, and is left to the next one.

    Measures:
        recovery_seconds: these times in order.
        recovery: their ``mean``, ``p50``, ``p95``, ``p99`` (nearest rank) and ``max``; None when there is none.
        recovery_mean and so on: the same, each by itself.
    """
    ways = list(returns(history))
    times = [round(way.until - way.since, 6) for way in ways if way.until is not None]
    words, expected = Words(history), history.conditions.scenario.expects == "done"
    problems = [_never(words, way) for way in ways if way.until is None and expected]
    summary = summarize(times)
    flat = {f"recovery_{name}": value for name, value in summary.items()}
    return Findings({"recovery_seconds": times, "recovery": summary, **flat}, first_few(problems))


def returns(history: History) -> Iterator[Return]:
    """The way back of each client from each outage that healed while it ran."""
    patience = history.conditions.scenario.clients.policy.backoff_cap
    for story, outages in outages_for(history):
        for outage, following in _finished(story, outages):
            since, until = _recovered(story, outage)
            back = until is not None and until <= following
            if back or following - since > patience:
                yield Return(story, outage, since, until)


def summarize(times: Sequence[float]) -> dict[str, float | None]:
    """Mean, nearest-rank percentiles and maximum; None each when there is no time at all."""
    ranked = sorted(times)
    if not ranked:
        return dict.fromkeys(("mean", "p50", "p95", "p99", "max"))
    percentiles = {f"p{share}": ranked[math.ceil(share / 100 * len(ranked)) - 1] for share in (50, 95, 99)}
    return {"mean": round(fmean(ranked), 6), **percentiles, "max": ranked[-1]}


def _finished(story: Story, outages: Sequence[Outage]) -> Iterator[tuple[Outage, float]]:
    """The outages that healed while the client still ran, each with the begin of the next one."""
    end = math.inf if story.end is None else story.end.at
    begins = [*(outage.began for outage in outages[1:]), math.inf]
    return ((outage, next_) for outage, next_ in zip(outages, begins, strict=False) if outage.healed < end)


def _recovered(story: Story, outage: Outage) -> tuple[float, float | None]:
    """From when recovery is timed, and when the stream went on; None when it never did."""
    noticed = _noticed(story, outage) if outage.struck else None
    after = max(outage.healed, noticed or 0.0)
    since = after if outage.mute else outage.healed
    highest = max((sequence for sequence, entry in story.sequenced() if entry.at < after), default=-1)
    news = (entry.at for sequence, entry in story.sequenced() if entry.at >= after and sequence > highest)
    return since, next(news, _completed(story, after))


def _noticed(story: Story, outage: Outage) -> float | None:
    """When the client took note of a strike: by its state or, when that was not open anyway, by another try.

    A break is noticed at once, unless it is mute: what the client shows much later has another cause.
    """
    tries = (entry.at for entry in story.of(NoticeShown) if entry.retry_in is not None)
    announced = next((at for at in tries if at >= outage.began), None)
    latest = math.inf if outage.mute else outage.healed + IN_FLIGHT
    known = (at for at in (left_open(story, outage), announced) if at is not None and at <= latest)
    return min(known, default=None)


def _completed(story: Story, after: float) -> float | None:
    return story.end.at if isinstance(story.end, Done) and story.end.at >= after else None


def _never(words: Words, way: Return) -> Finding:
    message = f"nothing new was delivered after {way.outage}, healthy again at {seconds(way.outage.healed)}"
    return Finding("no_recovery", f"{words.whose(way.story.client)}{message}")
