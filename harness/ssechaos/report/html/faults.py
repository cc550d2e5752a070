"""The faults of a run as a table: when each was in force, what shows it, and whether it was only imitated."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import NO_VALUE
from ssechaos.report.html.axis import moment
from ssechaos.report.html.markup import NOTHING, Html, tag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssechaos.model import Step

_HEAD = ("fault", "in force", "evidence", "modelled")


def faults(reports: Sequence[Mapping[str, Any]], schedule: Sequence[Step]) -> Html:
    """A row for each step of the schedule; nothing when there is none."""
    if not reports:
        return NOTHING
    rows = (_row(report, step) for report, step in zip_longest(reports, schedule[: len(reports)]))
    head = tag("tr", *(tag("th", name, scope="col") for name in _HEAD))
    table = tag("table", tag("caption", "Faults"), tag("thead", head), tag("tbody", *rows), class_="findings")
    return tag("div", table, class_="wide")


def _row(report: Mapping[str, Any], step: Step | None) -> Html:
    settings = "" if step is None else _listed(step.fault.settings())
    evidence = _listed(report["evidence"])
    modelled = "yes: the network only imitates its cause" if report["modelled"] else "no"
    return tag(
        "tr",
        tag("th", report["kind"], *([tag("br"), tag("small", settings)] if settings else []), scope="row"),
        tag("td", _period(report), class_="when", data_label="in force"),
        tag("td", evidence or "none", data_label="evidence"),
        tag("td", modelled if report["at"] is not None else NO_VALUE, data_label="modelled"),
    )


def _period(report: Mapping[str, Any]) -> str:
    if report["at"] is None:
        return "never began"
    if report["until"] == report["at"]:
        return moment(report["at"])
    return f"{moment(report['at'])} to {'the end' if report['until'] is None else moment(report['until'])}"


def _listed(values: Mapping[str, Any]) -> str:
    """Names and values, without what was left at nothing."""
    return ", ".join(f"{name} {_value(value)}" for name, value in values.items() if value not in (None, [], ""))


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
