"""The few shapes that pictures are made of.

Colours come from classes of the style sheet, so that they follow the reader's light or dark. What falls on one
pixel is drawn once: a picture's size depends on its pixels, not on how much happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.report.html.axis import LEFT, RIGHT, ROOM, WIDTH
from ssechaos.report.html.markup import Html, join, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHARACTER = 6.3
"""About how wide a character of a label is, in pixels: enough to know whether a text fits."""
_MANY = 2000
"""From so many dots on, two neighbouring pixels are one."""

_SHAPES = {
    "cross": "m-4-4l8 8m0-8l-8 8",
    "diamond": "m0-5l5 5l-5 5l-5-5z",
    "triangle": "m0-5l5 9h-10z",
    "square": "m-4-4h8v8h-8z",
    "ring": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0",
}
"""Marks that differ in shape and not only in colour, drawn around a point."""


def picture(key: str, title: str, description: str, height: float, *shapes: str) -> Html:
    """A whole picture with its text alternative; ``key`` is an id of its own on the page."""
    return tag(
        "svg",
        tag("title", title, id=f"{key}-t"),
        tag("desc", description, id=f"{key}-d"),
        *shapes,
        class_="chart",
        viewBox=f"0 0 {WIDTH} {height:.0f}",
        role="img",
        aria_labelledby=f"{key}-t {key}-d",
    )


def label(x: float, y: float, words: str, kind: str = "", anchor: str | None = None) -> Html:
    """A text; ``anchor`` is ``middle`` or ``end`` when ``x`` is not where it begins."""
    return tag("text", words, x=x, y=y, class_=kind or None, text_anchor=anchor)


def path(steps: Iterable[str], kind: str) -> Html:
    """Everything of one kind as one element; nothing when there is nothing."""
    written = "".join(steps)
    return tag("path", d=written, class_=kind) if written else Html("")


def dots(points: Iterable[tuple[float, float]], kind: str) -> Html:
    """A round dot for each pixel that any point falls on."""
    places = {(round(x), round(y)) for x, y in points}
    if len(places) > _MANY:
        places = {(x // 2 * 2, y // 2 * 2) for x, y in places}
    return path((f"M{x} {y}h0" for x, y in sorted(places)), kind)


def ticks(xs: Iterable[float], top: float, height: float, kind: str) -> Html:
    """An upright stroke for each pixel column that any of ``xs`` falls on."""
    return path((f"M{x} {top:g}v{height:g}" for x in sorted({round(x) for x in xs})), kind)


def marks(points: Iterable[tuple[float, float]], shape: str, kind: str) -> Html:
    """One of the shapes around each point."""
    places = sorted({(round(x), round(y)) for x, y in points})
    return path((f"M{x} {y}{_SHAPES[shape]}" for x, y in places), kind)


def time_grid(at: Sequence[tuple[float, str]], top: float, bottom: float) -> Html:
    """Upright lines at pixels with what they stand for below ``bottom``."""
    lines = path((f"M{x:.1f} {top:g}V{bottom:g}" for x, _ in at), "grid")
    return join([lines, *(label(x, bottom + 16, words, "tick", "middle") for x, words in at)])


def level_grid(at: Sequence[tuple[float, str]]) -> Html:
    """Level lines at pixels with what they stand for on their left."""
    lines = path((f"M{LEFT} {y:.1f}h{ROOM}" for y, _ in at), "grid")
    return join([lines, *(label(LEFT - 8, y + 4, words, "tick", "end") for y, words in at)])


def legend(items: Sequence[tuple[str, str, str]], y: float) -> Html:
    """A line of shapes with what they mean, up to the right edge; each is (shape, class, words).

    A shape is one of those of ``marks``, or ``line``, ``dot``, ``tick``.
    """
    parts, x = [], WIDTH - RIGHT - sum(len(words) * CHARACTER + 34 for *_, words in items) + 12
    for shape, kind, words in items:
        parts += [_sample(shape, kind, x + 6, y - 4), label(x + 17, y, words, "tick")]
        x += len(words) * CHARACTER + 34
    return join(parts)


def _sample(shape: str, kind: str, x: float, y: float) -> Html:
    if shape == "line":
        return path([f"M{x - 6:.0f} {y:g}h13"], kind)
    if shape == "dot":
        return dots([(x, y)], kind)
    if shape == "tick":
        return ticks([x], y - 6, 12, kind)
    return marks([(x, y)], shape, kind)
