"""Recovery against its limit: a bar for each way back, from the healthy network to the first new event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.recovery import returns
from ssechaos.report.html.axis import LEFT, ROOM, Axis, moment, seconds
from ssechaos.report.html.markup import NOTHING, Html, join, tag
from ssechaos.report.html.svg import CHARACTER, label, path, picture, time_grid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ssechaos.checkers.recovery import Return
    from ssechaos.report.html.picture import Picture

_MOST = 8
_ROW, _BAR = 34, 12
_TOP = 18.0
_MEASURED = ("recovery_p95", "recovery_max", "recovery_p99", "recovery_p50", "recovery_mean")
"""Whose limit is drawn: the first of these that the scenario sets."""


def recovery(shown: Picture, objectives: Sequence[Mapping[str, Any]]) -> Html:
    """The slowest ways back, those that never came first; nothing when no outage met a client."""
    ways = list(returns(shown.history))
    if not ways:
        return NOTHING
    slowest = sorted(ways, key=_took, reverse=True)[:_MOST]
    name, limit = _limit(objectives)
    longest = max((way.until - way.since for way in slowest if way.until is not None), default=1.0)
    scale = Axis(max(longest, limit or 0.0, 0.1) * 1.12)
    bottom = _TOP + _ROW * len(slowest)
    return picture(
        f"{shown.key}-recovery",
        "Recovery against its limit",
        " ".join(_said(shown, way) for way in slowest)
        + (f" The limit of {name} is {seconds(limit)}." if limit else ""),
        bottom + 26,
        time_grid([(scale(took), seconds(took)) for took in scale.ticks()], _TOP, bottom),
        *(_row(shown, scale, way, _TOP + _ROW * place, limit) for place, way in enumerate(slowest)),
        _limit_line(scale, name, limit, bottom),
        label(LEFT - 8, _TOP + 26, _left_out(len(ways)), "tick", "end"),
    )


def _took(way: Return) -> float:
    return float("inf") if way.until is None else way.until - way.since


def _limit(objectives: Sequence[Mapping[str, Any]]) -> tuple[str, float | None]:
    limits = {one["name"]: float(str(one["limit"]).split()[-1]) for one in objectives if one["name"] in _MEASURED}
    return next(((name, limits[name]) for name in _MEASURED if name in limits), ("", None))


def _left_out(count: int) -> str:
    return f"slowest {_MOST} of {count}" if count > _MOST else ""


def _row(shown: Picture, scale: Axis, way: Return, top: float, limit: float | None) -> Html:
    never = way.until is None
    late = never or (limit is not None and _took(way) > limit)
    width = ROOM if never else max(2.0, scale(_took(way)) - LEFT)
    result = "never" if never else seconds(_took(way))
    verdict = "" if limit is None else ", over the limit" if late else ", within the limit"
    return tag(
        "g",
        tag("title", _said(shown, way)),
        label(LEFT + 4, top + 11, f"{_after(shown, way)}: {result}{verdict}", "bad" if late else ""),
        tag(
            "rect",
            class_=f"way {'late' if late else ''}".strip(),
            x=float(LEFT),
            y=top + 15,
            width=width,
            height=float(_BAR),
        ),
    )


def _after(shown: Picture, way: Return) -> str:
    whose = f"{way.story.client}, " if shown.others else ""
    return f"{whose}after {way.outage}, healthy again at {moment(way.outage.healed)}"


def _said(shown: Picture, way: Return) -> str:
    back = "never went on" if way.until is None else f"went on {seconds(_took(way))} later"
    return f"{_after(shown, way)}: the stream {back}."


def _limit_line(scale: Axis, name: str, limit: float | None, bottom: float) -> Html:
    if limit is None:
        return NOTHING
    x, words = scale(limit), f"limit of {name}"
    left = x - len(words) * CHARACTER / 2 > LEFT
    text = label(x, _TOP - 6, words, "tick", "end" if left else None)
    return join([path([f"M{x:.1f} {_TOP - 4:g}V{bottom:g}"], "limit"), text])
