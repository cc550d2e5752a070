"""The lane of connections: a bar for each, with how it ended; of many, only how many were open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.model.entries import Closed, Dropped, Opened, Requested
from ssechaos.report.html.axis import LEFT, moment
from ssechaos.report.html.counting import Change, curve
from ssechaos.report.html.lane import Lane, stacked
from ssechaos.report.html.markup import Html, join, tag
from ssechaos.report.html.svg import CHARACTER, label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.model import History
    from ssechaos.report.html.picture import Picture

_ROW, _BAR = 18, 12
_MOST_ROWS = 5
_MOST_BARS = 60
_TALL = 44
_NO_STREAM = range(204, 600)
"""Statuses after which no stream comes: what such a connection ended with is its answer."""


@dataclass(frozen=True, slots=True)
class Wire:
    """A connection from its begin to its end; None: still open when the run was over."""

    number: int
    began: float
    ended: float | None
    how: str


def connections(picture: Picture) -> Lane:
    """Every connection, or their count where they are too many to be told apart."""
    wires = list(_wires(picture.history))
    placed = stacked(wires, lambda wire: _extent(picture, wire), _MOST_ROWS + 1)
    rows = max((row for _, row in placed), default=0)
    said = f"Connections: {len(wires)}. {' '.join(_said(wire) for wire in wires[:10])}"
    if rows < _MOST_ROWS and len(wires) <= _MOST_BARS:
        drawn = [_bar(picture, wire, row) for wire, row in placed] or [label(LEFT + 4, 14, "none seen", "faint")]
        return Lane("Connections", _ROW * (rows + 1) + 4, join(drawn), said)
    counted = curve(picture.axis, list(_changes(wires)), _TALL, "open at once")
    return Lane(f"{len(wires)} connections", _TALL + 8, counted, said)


def _wires(history: History) -> Iterator[Wire]:
    """As the network saw them; where it does not say, as the server did."""
    began: dict[int, float] = {}
    for entry in _begins(history):
        began.setdefault(entry.connection, entry.at)
    ends: dict[int, tuple[float, str]] = {}
    for closed in history.of(Closed):
        ends.setdefault(closed.connection, (closed.at, closed.how))
    for dropped in history.of(Dropped):
        ends.setdefault(dropped.connection, (dropped.at, dropped.reason))
    answers = {entry.connection: entry.status for entry in history.of(Requested) if entry.status in _NO_STREAM}
    for number, at in began.items():
        ended, how = ends.get(number, (None, "open"))
        yield Wire(number, at, ended, str(answers.get(number, how)))


def _begins(history: History) -> Sequence[Opened | Requested]:
    return list(history.of(Opened)) or list(history.of(Requested))


def _extent(picture: Picture, wire: Wire) -> tuple[float, float]:
    left, right = _edges(picture, wire)
    return left, right + len(wire.how) * CHARACTER + 12


def _edges(picture: Picture, wire: Wire) -> tuple[float, float]:
    left = picture.axis(wire.began)
    return left, max(left + 2, picture.axis(picture.axis.most if wire.ended is None else wire.ended))


def _bar(picture: Picture, wire: Wire, row: int) -> Html:
    left, right = _edges(picture, wire)
    top = row * _ROW + 4.0
    kind = "wire broken" if wire.how in ("RST", "dead") else "wire"
    number = str(wire.number)
    fits = right - left > len(number) * CHARACTER + 8
    return tag(
        "g",
        tag("title", _said(wire)),
        tag("rect", class_=kind, x=left, y=top, width=right - left, height=float(_BAR)),
        label(left + 4, top + 10, number, "small") if fits else Html(""),
        _ending(wire.how, right, top),
    )


def _ending(how: str, right: float, top: float) -> Html:
    """How it ended, beside its bar; at the right edge of the picture, in it."""
    width = len(how) * CHARACTER + 4
    if right + width > LEFT + 828 + 16:
        return label(right - 4, top + 10, how, "small", "end")
    return label(right + 3, top + 10, how, "small")


def _said(wire: Wire) -> str:
    until = "open to the end." if wire.ended is None else f"to {moment(wire.ended)}, {wire.how}."
    return f"Connection {wire.number}: {moment(wire.began)} {until}"


def _changes(wires: Sequence[Wire]) -> Iterator[Change]:
    for wire in wires:
        yield Change(wire.began, 1)
        if wire.ended is not None:
            yield Change(wire.ended, -1)
