"""The objectives of a scenario: limit, what was observed, and how much there was to spare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import MARKS, NO_VALUE
from ssechaos.report.html.markup import Html, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NUMBERS = ("limit", "observed", "margin")


def objectives(results: Sequence[Mapping[str, Any]]) -> Html:
    """All of them as a table, those that were missed first."""
    ordered = sorted(results, key=lambda one: bool(one["ok"]))
    numbers = (tag("th", name, scope="col", class_="number") for name in _NUMBERS)
    head = tag("tr", tag("th", "objective", scope="col"), *numbers, tag("th", "held", scope="col"))
    return tag(
        "div",
        tag(
            "table",
            tag("caption", "Objectives"),
            tag("thead", head),
            tag("tbody", *map(_row, ordered)),
            class_="objectives",
        ),
        class_="wide",
    )


def margin(limit: str, observed: float | None) -> str:
    """How far the observed value is on the right side of its limit, or by how much it missed it."""
    if observed is None:
        return "not measured"
    relation, bound = limit.split()
    room = observed - float(bound) if relation.startswith(">") else float(bound) - observed
    if relation == "==":
        room = -abs(room)
    if room < 0:
        return f"missed by {_number(-room)}"
    return f"{_number(room)} to spare" if room > 0 else "none to spare"


def _row(result: Mapping[str, Any]) -> Html:
    observed, held = result["observed"], result["ok"]
    verdict = "PASS" if held else "FAIL"
    word = f"{MARKS[verdict]} {'yes' if held else 'no'}"
    return tag(
        "tr",
        tag("th", result["name"], scope="row"),
        tag("td", result["limit"], class_="number", data_label="limit"),
        tag("td", NO_VALUE if observed is None else _number(observed), class_="number", data_label="observed"),
        tag("td", margin(result["limit"], observed), class_="number", data_label="margin"),
        tag("td", word, class_=verdict.lower(), data_label="held"),
    )


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4g}"
