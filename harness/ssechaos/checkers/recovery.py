"""How long does it take, once the network is healthy again, until the stream goes on?"""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from ssechaos.checkers.base import register_checker
from ssechaos.checkers.outages import left_open, outages_for
from ssechaos.checkers.wording import Words, seconds
from ssechaos.model import Finding, Findings
from ssechaos.model.entries import Done

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.checkers.outages import Outage
    from ssechaos.checkers.story import Story
    from ssechaos.model import History


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
    times: list[float] = []
    problems: list[Finding] = []
    words = Words(history)
    for story, outages in outages_for(history):
        for outage, following in _finished(story, outages):
            since, until = _recovered(story, outage)
            if (
                following is not None
                and (until is None or until > following)
                and _too_soon(history, since, following)
            ):
                continue
            if until is not None:
                times.append(round(until - since, 6))
            elif history.conditions.scenario.expects == "done":
                problems.append(_never(words, story, outage))
    summary = summarize(times)
    flat = {f"recovery_{name}": value for name, value in summary.items()}
    return Findings({"recovery_seconds": times, "recovery": summary, **flat}, tuple(problems))


def summarize(times: Sequence[float]) -> dict[str, float | None]:
    """Mean, nearest-rank percentiles and maximum; None each when there is no time at all."""
    ranked = sorted(times)
    if not ranked:
        return dict.fromkeys(("mean", "p50", "p95", "p99", "max"))
    percentiles = {f"p{share}": ranked[math.ceil(share / 100 * len(ranked)) - 1] for share in (50, 95, 99)}
    return {"mean": round(fmean(ranked), 6), **percentiles, "max": ranked[-1]}


def _finished(story: Story, outages: Sequence[Outage]) -> Iterator[tuple[Outage, float | None]]:
    """The outages that healed while the client still ran, each with the begin of the next one."""
    end = story.end
    over = math.inf if end is None else end.at
    for number, outage in enumerate(outages):
        if outage.healed < over:
            following = outages[number + 1].began if number + 1 < len(outages) else None
            yield outage, following


def _recovered(story: Story, outage: Outage) -> tuple[float, float | None]:
    """From when recovery is timed, and when the stream went on; None when it never did."""
    noticed = left_open(story, outage) if outage.struck else None
    after = max(outage.healed, noticed or 0.0)
    since = after if outage.mute else outage.healed
    highest = max((sequence for sequence, entry in story.sequenced() if entry.at < after), default=-1)
    for sequence, entry in story.sequenced():
        if entry.at >= after and sequence > highest:
            return since, entry.at
    end = story.end
    return since, end.at if isinstance(end, Done) and end.at >= after else None


def _too_soon(history: History, since: float, following: float) -> bool:
    return following - since <= history.conditions.scenario.clients.policy.backoff_cap


def _never(words: Words, story: Story, outage: Outage) -> Finding:
    message = f"nothing new was delivered after {outage}, healthy again at {seconds(outage.healed)}"
    return Finding("no_recovery", f"{words.whose(story.client)}{message}", outage.healed)
