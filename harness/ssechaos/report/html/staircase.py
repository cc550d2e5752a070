"""The staircase: sequence over time. A healthy stream is one straight stair; losses and repeats step out of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ssechaos.checkers.truth import has_ledger
from ssechaos.model.entries import Delivered
from ssechaos.report.html.axis import LEFT, ROOM, Axis, nice, seconds
from ssechaos.report.html.lane_events import SHAPES
from ssechaos.report.html.lane_faults import shades
from ssechaos.report.html.lanes import finding_lines
from ssechaos.report.html.svg import CHARACTER, dots, label, legend, level_grid, marks, path, picture, time_grid
from ssechaos.report.html.troubles import first_emitted, grouped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssechaos.checkers.story import Story
    from ssechaos.report.html.markup import Html
    from ssechaos.report.html.picture import Picture
    from ssechaos.report.html.troubles import Trouble

_TOP, _BOTTOM = 12.0, 232.0
_MOST_LABELS, _MOST_SAID = 6, 20
_LEVELS = 5


def staircase(shown: Picture) -> Html:
    """What was produced as a line, what was delivered as dots, and a mark for whatever went wrong."""
    produced = first_emitted(shown.history) if has_ledger(shown.history) else {}
    base, scale = _scale(shown, produced)
    grid = [(scale(level - base), f"{level:g}") for level in _levels(base, scale)]
    rest = [point for story in shown.others for point in _points(shown, story, base, scale)]
    return picture(
        f"{shown.key}-staircase",
        "Sequence over time",
        _said(shown, produced),
        _BOTTOM + 44,
        shades(shown, _BOTTOM, _TOP),
        level_grid(grid),
        time_grid([(shown.axis(at), seconds(at)) for at in shown.axis.ticks()], _TOP, _BOTTOM),
        finding_lines(shown, _BOTTOM, _TOP),
        label(LEFT - 8, _TOP - 2, "sequence", "tick", "end"),
        dots(rest, "other"),
        _stair(shown, produced, base, scale),
        dots(_points(shown, shown.story, base, scale), "delivered"),
        *_troubles(shown, base, scale),
        legend(_legend(shown, produced), _BOTTOM + 38),
    )


def _scale(shown: Picture, produced: Mapping[int, float]) -> tuple[int, Axis]:
    """The lowest sequence, and a scale for what lies above it."""
    everything = {*produced, *(sequence for story in _all(shown) for sequence, _ in story.sequenced())}
    low, high = min(everything, default=0), max(everything, default=1)
    return low, Axis(max(high - low, 1), _BOTTOM - 8, _TOP + 14 - _BOTTOM)


def _all(shown: Picture) -> tuple[Story, ...]:
    return (shown.story, *shown.others)


def _levels(base: int, scale: Axis) -> Iterator[int]:
    step = max(1, int(nice(scale.most / _LEVELS)))
    first = -(-base // step) * step
    yield from range(first, base + int(scale.most) + 1, step)


def _points(shown: Picture, story: Story, base: int, scale: Axis) -> Iterator[tuple[float, float]]:
    for sequence, entry in story.sequenced():
        yield shown.axis(entry.at), scale(sequence - base)


def _stair(shown: Picture, produced: Mapping[int, float], base: int, scale: Axis) -> Html:
    columns: dict[int, float] = {}
    for sequence, at in produced.items():
        columns[round(shown.axis(at))] = scale(sequence - base)
    steps = (
        f"{'H' if place else 'M'}{x}{'V' if place else ' '}{y:.1f}" for place, (x, y) in enumerate(columns.items())
    )
    return path([*steps, f"H{LEFT + ROOM}"] if columns else (), "produced")


def _troubles(shown: Picture, base: int, scale: Axis) -> Iterator[Html]:
    for kind, (shape, colour, _) in SHAPES.items():
        found = [one for one in shown.troubles if one.kind == kind and one.at is not None]
        yield marks(((shown.axis(one.at or 0.0), scale(one.sequence - base)) for one in found), shape, colour)
    room = [group for group in grouped(shown.troubles) if group[0].at is not None]
    yield from _names(shown, sorted(room, key=lambda one: one[0].at or 0.0), base, scale)


def _names(shown: Picture, groups: Sequence[Sequence[Trouble]], base: int, scale: Axis) -> Iterator[Html]:
    """What happened to each run of events, beside its first mark, where the one before leaves room."""
    edge, room = -math.inf, _MOST_LABELS
    for group in groups:
        x, y = shown.axis(group[0].at or 0.0), scale(group[0].sequence - base)
        if x < edge or not room:
            continue
        words = _words(group)
        width = len(words) * CHARACTER + 9
        fits = x + width <= LEFT + ROOM
        at, anchor = (x + 9, None) if fits else (x - 9, "end")
        yield label(at, min(y + 14, _BOTTOM - 3), words, f"halo {SHAPES[group[0].kind][1]}", anchor)
        edge, room = x + width + 12, room - 1


def _words(group: Sequence[Trouble]) -> str:
    first, last = group[0].sequence, group[-1].sequence
    return f"{SHAPES[group[0].kind][2]} {first if first == last else f'{first}-{last}'}"


def _said(shown: Picture, produced: Mapping[int, float]) -> str:
    delivered = sum(1 for entry in shown.story.of(Delivered) if entry.sequence is not None)
    wrong = [_words(group) for group in grouped(shown.troubles)]
    listed = f"{'; '.join(wrong[:_MOST_SAID])}{' …' if len(wrong) > _MOST_SAID else ''}"
    counted = f"{len(produced)} events produced, {delivered} delivered{shown.whose}."
    return f"{counted} Out of the stair: {listed or 'none'}."


def _legend(shown: Picture, produced: Mapping[int, float]) -> list[tuple[str, str, str]]:
    kinds = {trouble.kind for trouble in shown.troubles}
    return [
        *([("line", "produced", "produced")] if produced else []),
        ("dot", "delivered", f"delivered{shown.whose.replace(' of', ' to')}"),
        *([("dot", "other", "to the others")] if shown.others else []),
        *(SHAPES[kind] for kind in SHAPES if kind in kinds),
    ]
