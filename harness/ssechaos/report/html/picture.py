"""What the pictures of one run share: its history, the time axis, the client shown, the marks of findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.checkers.outages import spans
from ssechaos.checkers.recovery import returns
from ssechaos.checkers.story import stories
from ssechaos.checkers.truth import missing
from ssechaos.report.html.axis import Axis
from ssechaos.report.html.troubles import Trouble, sent_at_all, troubles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.checkers.outages import Span
    from ssechaos.checkers.story import Story
    from ssechaos.model import Finding, History, Run

_LETTERS = 26
_EXPLAINS_LOSS = frozenset({"lost", "lost_untold", "incomplete"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding with its letter, and its place on the time axis; None when it has none."""

    letter: str
    finding: Finding
    at: float | None


@dataclass(frozen=True, slots=True)
class Picture:
    """One run, ready to be drawn. ``key`` begins every id that belongs to it."""

    key: str
    history: History
    axis: Axis
    story: Story
    others: tuple[Story, ...]
    spans: tuple[Span, ...]
    troubles: tuple[Trouble, ...]
    """Those of the client that is shown."""
    marks: tuple[Mark, ...]

    @property
    def whose(self) -> str:
        """The client's name where there are several; nothing when there is only one."""
        return f" of {self.story.client}" if self.others else ""


def picture(key: str, run: Run) -> Picture | None:
    """What is drawn of a run; None when no client was heard of, so that there is nothing to draw."""
    told = stories(run.history)
    if not told:
        return None
    shown = _accused(run, told)
    found = tuple(troubles(run.history, shown))
    return Picture(
        key=key,
        history=run.history,
        axis=Axis(max(run.history.end, 0.1)),
        story=shown,
        others=tuple(story for story in told if story is not shown),
        spans=spans(run.history),
        troubles=found,
        marks=tuple(lettered(run.judgement.findings, found, _never_back(run.history))),
    )


def lettered(findings: Sequence[Finding], found: Sequence[Trouble], healed: float | None) -> list[Mark]:
    """Every finding with its letter. What has no time of its own is placed where its cause is.

    That is where the first event was lost; or, where the client never came back, when the network had ``healed``.
    """
    lost = next((trouble.at for trouble in found if trouble.kind in ("lost", "told")), None)
    places = dict.fromkeys(_EXPLAINS_LOSS, lost) | {"no_recovery": healed}
    return [
        Mark(letter(place), one, places.get(one.name) if one.at is None else one.at)
        for place, one in enumerate(findings)
    ]


def letter(place: int) -> str:
    """``A`` to ``Z``, then ``A1`` and so on."""
    turn, rest = divmod(place, _LETTERS)
    return f"{chr(ord('A') + rest)}{turn or ''}"


def _accused(run: Run, told: Sequence[Story]) -> Story:
    """The client that the first finding names; else the one that misses most, or needed longest to come back."""
    if len(told) == 1:
        return told[0]
    for finding in run.judgement.findings:
        named = next((story for story in told if finding.message.startswith(f"{story.client}: ")), None)
        if named is not None:
            return named
    sequences, slowest = sent_at_all(run.history), _slowest(run.history)
    return max(told, key=lambda story: (len(missing(story, sequences)), slowest.get(story.client, 0.0)))


def _never_back(history: History) -> float | None:
    return next((way.since for way in returns(history) if way.until is None), None)


def _slowest(history: History) -> dict[str, float]:
    """The longest way back of each client, in seconds."""
    longest: dict[str, float] = {}
    for way in returns(history):
        took = (history.end if way.until is None else way.until) - way.since
        longest[way.story.client] = max(took, longest.get(way.story.client, 0.0))
    return longest
