"""The lanes of events: what was sent, with what was lost; and what was delivered, with what came wrongly."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ssechaos.checkers.silence import threshold
from ssechaos.model.entries import Delivered, Emitted, Sent
from ssechaos.report.html.axis import LEFT, seconds
from ssechaos.report.html.lane import Lane
from ssechaos.report.html.markup import Html, join
from ssechaos.report.html.svg import CHARACTER, label, marks, path, ticks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ssechaos.report.html.picture import Picture

_HEIGHT = 36
_TOP, _TALL, _SHORT = 14.0, 16.0, 6.0
MISSING = ("lost", "told")
SHAPES = {
    "lost": ("cross", "bad", "lost"),
    "told": ("cross", "told", "lost, user told"),
    "again": ("diamond", "bad", "delivered again"),
    "late": ("triangle", "bad", "out of order"),
    "corrupted": ("square", "bad", "other bytes"),
    "phantom": ("ring", "bad", "never sent"),
}
"""Shape, class and words for each kind of trouble."""


def sent(picture: Picture) -> Lane:
    """What the server wrote: events, events again on a later connection, signs of life; and what got lost."""
    found = list(picture.history.of(Sent))
    produced = [entry.at for entry in picture.history.of(Emitted)]
    fresh = [entry.at for entry in found if entry.sequence is not None and not entry.replayed]
    again = [entry.at for entry in found if entry.sequence is not None and entry.replayed]
    life = [entry.at for entry in found if entry.sequence is None]
    drawn = _strokes(picture, fresh if found else produced, again, life)
    said = f"Sent: {len(fresh) if found else len(produced)} events, {len(again)} of them replayed later."
    if not (found or produced):
        drawn, said = label(LEFT + 4, 26, "not known", "faint"), "What was sent is not known."
    return Lane("Sent", _HEIGHT, join([drawn, _troubles(picture, MISSING)]), said)


def delivered(picture: Picture) -> Lane:
    """What the application of the client was given."""
    found = list(picture.story.of(Delivered))
    events = [entry.at for entry in found if entry.sequence is not None]
    life = [entry.at for entry in found if entry.sequence is None]
    wrong = [kind for kind in SHAPES if kind not in MISSING]
    quiet = list(_silences(picture))
    return Lane(
        f"Delivered{f' to {picture.story.client}' if picture.others else ''}",
        _HEIGHT,
        join(
            [
                *(_silence(picture, *one) for one in quiet),
                _strokes(picture, events, (), life),
                _troubles(picture, wrong),
            ]
        ),
        f"Delivered{picture.whose}: {len(events)} events.{''.join(f' {_nothing(*one)}.' for one in quiet)}",
    )


def _silences(picture: Picture) -> Iterator[tuple[float, float]]:
    """From when to when nothing came at all, for longer than a client may take for normal."""
    limit = threshold(picture.history)
    end = picture.history.end if picture.story.end is None else picture.story.end.at
    moments = [picture.story.began, *(entry.at for entry in picture.story.of(Delivered)), end]
    yield from ((before, after) for before, after in pairwise(moments) if after - before > limit)


def _silence(picture: Picture, began: float, ended: float) -> Html:
    """A dotted line, and in its middle how long it is where there is room for that."""
    left, right = picture.axis(began) + 3, picture.axis(ended) - 3
    words = _nothing(began, ended).lower()
    middle, half = (left + right) / 2, len(words) * CHARACTER / 2
    level = _TOP + _TALL / 2
    if 2 * half > right - left:
        return path([f"M{left:.0f} {level:g}H{max(left, right):.0f}"], "silent")
    line = path([f"M{left:.0f} {level:g}H{middle - half:.0f}M{middle + half:.0f} {level:g}H{right:.0f}"], "silent")
    return join([line, label(middle, level + 4, words, "silent", "middle")])


def _nothing(began: float, ended: float) -> str:
    return f"Nothing for {seconds(ended - began)}"


def _strokes(picture: Picture, events: Iterable[float], again: Iterable[float], life: Iterable[float]) -> Html:
    axis = picture.axis
    return join(
        [
            ticks(map(axis, life), _TOP + _TALL - _SHORT, _SHORT, "life"),
            ticks(map(axis, again), _TOP + _TALL / 2, _TALL / 2, "again"),
            ticks(map(axis, events), _TOP, _TALL, "event"),
        ]
    )


def _troubles(picture: Picture, kinds: Iterable[str]) -> Html:
    drawn = []
    for kind in kinds:
        shape, colour, _ = SHAPES[kind]
        places = [one.at for one in picture.troubles if one.kind == kind and one.at is not None]
        drawn.append(marks(((picture.axis(at), 8) for at in places), shape, colour))
    return join(drawn)
