"""Patterns that tell states and modelled faults apart where colours can't: hatched, dotted, crossed."""

from __future__ import annotations

from ssechaos.report.html.markup import Html, tag


def _pattern(name: str, size: int, shape: str) -> Html:
    return tag(
        "pattern",
        tag("path", d=shape, class_="hatch"),
        id=f"hatch-{name}",
        width=size,
        height=size,
        patternUnits="userSpaceOnUse",
    )


DEFINITIONS = tag(
    "svg",
    tag(
        "defs",
        _pattern("waiting", 8, "M0 8L8 0M-2 2L2-2M6 10L10 6"),
        _pattern("reconnecting", 6, "M0 3h6"),
        _pattern("connecting", 8, "M2 2h0M6 6h0"),
        _pattern("closed", 10, "M0 0L10 10M10 0L0 10"),
    ),
    class_="patterns",
    width=0.0,
    height=0.0,
    aria_hidden="true",
)
"""Referred to by the style sheet; defined once for all pictures of a page."""
