"""The table of all scenarios, as on the terminal; each name leads to its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import COLUMNS, cells
from ssechaos.report.html.markup import NOTHING, Html, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WORDS = frozenset({"verdict", "scenario", "note"})
"""Columns that are no numbers."""


def overview(scenarios: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> Html:
    """A row for each scenario; nothing when there is none."""
    if not scenarios:
        return NOTHING
    head = tag("tr", *(tag("th", name, scope="col", class_=_kind(name)) for name in COLUMNS))
    rows = (_row(scenario, key) for scenario, key in zip(scenarios, keys, strict=True))
    table = tag(
        "table",
        tag("caption", "Scenarios"),
        tag("thead", head),
        tag("tbody", *rows),
        class_="overview",
    )
    return tag("div", table, class_="wide", role="region", aria_label="Table of scenarios", tabindex="0")


def _row(scenario: Mapping[str, Any], key: str) -> Html:
    return tag("tr", *(_cell(*pair, scenario, key) for pair in zip(COLUMNS, cells(scenario), strict=True)))


def _cell(column: str, words: str, scenario: Mapping[str, Any], key: str) -> Html:
    if column == "verdict":
        return tag("td", words, class_=f"verdict {scenario['verdict'].lower()}")
    if column == "scenario":
        return tag("th", tag("a", words, href=f"#{key}"), scope="row")
    return tag("td", words, class_=_kind(column))


def _kind(column: str) -> str | None:
    return None if column in _WORDS else "number"
