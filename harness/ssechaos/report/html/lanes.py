"""The swim lanes: on one time axis what the network did, what became of it, and what the user saw of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.model.entries import FaultStruck, Sent
from ssechaos.report.html.axis import WIDTH, seconds
from ssechaos.report.html.lane import Lane, bunched, flag_at, short, span_of
from ssechaos.report.html.lane_client import notices, others, states
from ssechaos.report.html.lane_connections import connections
from ssechaos.report.html.lane_events import MISSING, SHAPES, delivered, sent
from ssechaos.report.html.lane_faults import faults, shades
from ssechaos.report.html.markup import Html, join, tag
from ssechaos.report.html.svg import CHARACTER, label, legend, path, picture, time_grid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.report.html.picture import Mark, Picture

_FLAG = 18


def lanes(shown: Picture) -> Html:
    """All lanes of one run, from the cause to what the user saw."""
    drawn = [
        *([_findings(shown)] if any(mark.at is not None for mark in shown.marks) else []),
        faults(shown),
        connections(shown),
        sent(shown),
        delivered(shown),
        states(shown),
        *([others(shown)] if shown.others else []),
        notices(shown),
    ]
    bottom = sum(lane.height for lane in drawn)
    grid = time_grid([(shown.axis(at), seconds(at)) for at in shown.axis.ticks()], 0, bottom)
    return picture(
        f"{shown.key}-lanes",
        "What happened, on one time axis",
        " ".join(lane.said for lane in drawn),
        bottom + 44,
        shades(shown, bottom),
        grid,
        finding_lines(shown, bottom),
        *_placed(drawn),
        legend(_legend(shown), bottom + 38),
    )


def finding_lines(shown: Picture, bottom: float, top: float = 0.0) -> Html:
    """A broken line at each finding's moment, from the top of a picture to ``bottom``."""
    xs = sorted({round(shown.axis(mark.at)) for mark in shown.marks if mark.at is not None})
    return path((f"M{x} {top:g}V{bottom:g}" for x in xs), "accusing")


def _placed(drawn: Iterable[Lane]) -> Iterable[Html]:
    top = 0.0
    for lane in drawn:
        yield path([f"M0 {top:g}H{WIDTH}"], "rule") if top else Html("")
        name = label(0, min(lane.height / 2 + 4, 24), short(lane.name), "lane")
        yield tag("g", name, lane.drawn, transform=f"translate(0 {top:g})")
        top += lane.height


def _findings(shown: Picture) -> Lane:
    placed = [(shown.axis(mark.at), mark) for mark in shown.marks if mark.at is not None]
    flags = [_flag(shown.key, x, bunch) for x, bunch in bunched(placed, _FLAG + 2)]
    said = "; ".join(f"{mark.letter} {mark.finding.name}" for _, mark in placed[:10])
    return Lane("Findings", _FLAG + 12, join(flags), f"Findings: {said}.")


def _flag(key: str, x: float, bunch: list[Mark]) -> Html:
    letters = span_of(sorted(mark.letter for mark in bunch))
    width = max(_FLAG, len(letters) * CHARACTER + 8)
    middle = flag_at(x)
    drawn = join(
        [
            tag("title", "; ".join(f"{mark.letter}: {mark.finding.message[:200]}" for mark in bunch[:5])),
            tag("rect", class_="flag finding", x=middle - width / 2, y=6.0, width=width, height=float(_FLAG)),
            label(middle, 19, letters, "strong finding", "middle"),
        ]
    )
    for mark in bunch:  # each letter is a place of its own that a link can lead to
        drawn = tag("g", drawn, id=f"{key}-{mark.letter}")
    return drawn


def _legend(shown: Picture) -> list[tuple[str, str, str]]:
    kinds = {trouble.kind for trouble in shown.troubles}
    troubles = [SHAPES[kind] for kind in (*MISSING, *SHAPES) if kind in kinds]
    found = list(shown.history.of(Sent))
    struck = [("triangle", "struck", "fault struck")] if any(shown.history.of(FaultStruck)) else []
    again = [("tick", "again", "replayed")] if any(entry.replayed for entry in found) else []
    life = [("tick", "life", "sign of life, or the end")] if any(entry.sequence is None for entry in found) else []
    return [*struck, ("tick", "event", "event"), *again, *life, *dict.fromkeys(troubles)]
