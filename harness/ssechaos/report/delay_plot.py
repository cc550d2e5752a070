"""How late events come, as an SVG picture: for each delay the share of events that took longer. Pure text."""

from __future__ import annotations

from html import escape
from itertools import chain
from math import log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_WIDTH, _HEIGHT = 720, 400
_FONT = 'font-family="sans-serif" font-size="12"'
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 40, 50
_LEAST, _MOST = 0.01, 10.0
"""Seconds at the ends of the axis, which is logarithmic."""
_LOWEST = 0.001
"""The least share shown; that axis is logarithmic too, since the late ones are what matters."""
_COLOURS = ("#1f77b4", "#2ca02c", "#d62728", "#9467bd", "#ff7f0e", "#8c564b")
_TICKS = {0.01: "10 ms", 0.03: "30 ms", 0.1: "100 ms", 0.3: "300 ms", 1.0: "1 s", 3.0: "3 s", 10.0: "10 s"}
_SHARES = {1.0: "100%", 0.1: "10%", 0.01: "1%", 0.001: "0.1%"}


def delay_plot(title: str, curves: Mapping[str, Sequence[float]]) -> str:
    """A picture with a curve for each name, of its delays in seconds."""
    drawn = (_curve(place, name, sorted(delays)) for place, (name, delays) in enumerate(curves.items()))
    lines = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_FONT}>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="14">{escape(title)}</text>',
        *_axes(),
        *chain.from_iterable(drawn),
        "</svg>\n",
    )
    return "\n".join(lines)


def _axes() -> Iterator[str]:
    for delay, text in _TICKS.items():
        x = _x(delay)
        yield f'<path d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}" stroke="#ddd"/>'
        yield f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{text}</text>'
    for share, text in _SHARES.items():
        y = _y(share)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    yield f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 10}" text-anchor="middle">share of events later than this</text>'


def _curve(place: int, name: str, ordered: Sequence[float]) -> Iterator[str]:
    colour = _COLOURS[place % len(_COLOURS)]
    steps = dict.fromkeys(  # a point of the picture is drawn once, however many events fall on it
        f"{_x(delay):.0f} {_y(1 - number / len(ordered)):.0f}" for number, delay in enumerate(ordered, start=1)
    )
    yield f'<polyline fill="none" stroke="{colour}" stroke-width="1.8" points="{", ".join(steps)}"/>'
    y = _HEIGHT - _BOTTOM - 14 - 18 * place
    yield f'<path d="M{_LEFT + 12} {y - 4}h24" stroke="{colour}" stroke-width="3"/>'
    yield f'<text x="{_LEFT + 42}" y="{y}">{escape(name)}: {len(ordered)} events</text>'


def _x(delay: float) -> float:
    share = log10(min(max(delay, _LEAST), _MOST) / _LEAST) / log10(_MOST / _LEAST)
    return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)


def _y(share: float) -> float:
    depth = log10(max(share, _LOWEST)) / log10(_LOWEST)
    return _TOP + depth * (_HEIGHT - _TOP - _BOTTOM)
