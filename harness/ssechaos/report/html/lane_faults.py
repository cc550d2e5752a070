"""The lane of faults: a bar for each step while it was in force, and a mark where it struck a connection."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ssechaos.model.entries import FaultBegan, FaultStruck
from ssechaos.report.html.axis import LEFT, RIGHT, WIDTH, moment
from ssechaos.report.html.lane import Lane, stacked
from ssechaos.report.html.markup import Html, join, tag
from ssechaos.report.html.svg import CHARACTER, label, marks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.outages import Span
    from ssechaos.report.html.picture import Picture

_ROW, _BAR = 28, 18
_STRIKE = 26
"""Where strikes are marked: under the bar, so that its name stays readable."""
_MOST_ROWS = 8


def faults(picture: Picture) -> Lane:
    """The steps in rows, none over another."""
    modelled = {entry.step for entry in picture.history.of(FaultBegan) if entry.modelled}
    names = {span.step: span.fault + (" (modelled)" if span.step in modelled else "") for span in picture.spans}
    placed = stacked(picture.spans, lambda span: _extent(picture, span, names[span.step]), _MOST_ROWS)
    rows = {span.step: row for span, row in placed}
    drawn = [_bar(picture, span, names[span.step], row) for span, row in placed]
    said = "; ".join(f"{names[span.step]} {period(span)}" for span in picture.spans)
    return Lane(
        "Faults in force",
        _ROW * (max(rows.values(), default=0) + 1) + 4,
        join([*drawn, *_strikes(picture, rows)]) if drawn else label(LEFT + 4, 18, "none", "faint"),
        f"Faults in force: {said or 'none'}.",
    )


def shades(picture: Picture, bottom: float, top: float = 0.0) -> Html:
    """Every fault's time as a shade from ``top`` to ``bottom``; two that overlap are darker."""
    return join(
        tag("rect", class_="shade", x=left, y=top, width=right - left, height=bottom - top)
        for left, right in (edges(picture, span) for span in picture.spans)
    )


def edges(picture: Picture, span: Span) -> tuple[float, float]:
    """The pixels of a fault's begin and end, far enough from each other to be seen."""
    left = picture.axis(span.began)
    return left, max(left + 1.5, picture.axis(min(span.ended, picture.axis.most)))


def period(span: Span) -> str:
    """``at 2.00 s`` or ``from 2.00 s to 5.00 s``."""
    if span.ended == span.began:
        return f"at {moment(span.began)}"
    return f"from {moment(span.began)} to {'the end' if math.isinf(span.ended) else moment(span.ended)}"


def _extent(picture: Picture, span: Span, name: str) -> tuple[float, float]:
    left, right = edges(picture, span)
    start = _label_start(left, right, name)
    return min(left, start - 4), max(right, start + len(name) * CHARACTER) + 10


def _label_start(left: float, right: float, name: str) -> float:
    width = len(name) * CHARACTER
    if width + 10 <= right - left:
        return left + 6
    return right + 5 if right + 5 + width <= WIDTH - RIGHT else max(LEFT, left - 5 - width)


def _bar(picture: Picture, span: Span, name: str, row: int) -> Html:
    left, right = edges(picture, span)
    top = row * _ROW + 4
    return tag(
        "g",
        tag("title", f"{name} {period(span)}"),
        tag("rect", class_="fault", x=left, y=float(top), width=right - left, height=float(_BAR), rx="2"),
        label(_label_start(left, right, name), top + 13, name, "strong"),
    )


def _strikes(picture: Picture, rows: dict[int, int]) -> Iterator[Html]:
    for step, row in rows.items():
        struck = [entry for entry in picture.history.of(FaultStruck) if entry.step == step]
        if struck:
            yield tag(
                "g",
                tag("title", _struck(struck)),
                marks(((picture.axis(entry.at), row * _ROW + _STRIKE) for entry in struck), "triangle", "struck"),
            )


def _struck(struck: list[FaultStruck]) -> str:
    first = ", ".join(f"{entry.what} at {moment(entry.at)}" for entry in struck[:5])
    return f"struck {len(struck)} times: {first} …" if len(struck) > 5 else f"struck: {first}"  # noqa: PLR2004 - a title's room
