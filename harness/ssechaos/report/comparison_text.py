"""A comparison as text: what got worse first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.compare import Trend
from ssechaos.report.facts import MARKS
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.report.compare import Change, Comparison

_ARROWS = {Trend.WORSE: "▼ worse", Trend.BETTER: "▲ better", Trend.CHANGED: "• changed"}


def comparison_text(comparison: Comparison, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The comparison of two summaries for people, without a line end after the last line."""
    return "\n".join(_lines(comparison, before, after))


def _lines(comparison: Comparison, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    yield f"{comparison.worse} worse · {comparison.better} better · {comparison.same} as before"
    yield f"  from  {_session(before)}"
    yield f"  to    {_session(after)}"
    for warning in comparison.warnings:
        yield safe(f"! {warning}")
    rows = [_row(change) for trend in _ARROWS for change in comparison.changes if change.trend is trend]
    rows += [("• new", name, _verdict(now), "", "", "") for name, now in comparison.new.items()]
    rows += [("• missing", name, f"was {_verdict(then)}", "", "", "") for name, then in comparison.missing.items()]
    if rows:
        yield ""
        yield from _aligned([("", "scenario", "what", "before", "after", "by"), *rows])
    yield from _reasons(comparison, after)


def _session(summary: Mapping[str, Any]) -> str:
    parts = (summary["run_id"], summary["started"], summary["network"], f"client {summary['client']}")
    return safe(" · ".join([*map(str, parts), f"seed {summary['seed']}", summary["verdict"]]))


def _row(change: Change) -> tuple[str, ...]:
    return (
        _ARROWS[change.trend],
        change.scenario,
        change.what,
        _value(change.before, change.unit),
        _value(change.after, change.unit),
        _difference(change),
    )


def _verdict(verdict: str) -> str:
    return f"{MARKS[verdict]} {verdict}"


def _value(value: str | float, unit: str) -> str:
    if isinstance(value, str):
        return _verdict(value)
    return f"{value:.2f} {unit}" if unit else f"{value:g}"


def _difference(change: Change) -> str:
    if isinstance(change.before, str) or isinstance(change.after, str):
        return ""
    difference = change.after - change.before
    return f"{difference:+.2f} {change.unit}" if change.unit else f"{difference:+g}"


def _aligned(rows: list[tuple[str, ...]]) -> Iterator[str]:
    made = [tuple(safe(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in made) for column in range(len(made[0]))]
    for row in made:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _reasons(comparison: Comparison, after: Mapping[str, Any]) -> Iterator[str]:
    """Why scenarios that lost their verdict did."""
    fallen = {change.scenario for change in comparison.changes if change.what == "verdict"}
    for scenario in after["scenarios"]:
        if scenario["name"] in fallen and scenario["reason"]:
            yield ""
            yield safe(f"{scenario['name']}: {scenario['reason']}")
            if scenario.get("repeat"):
                yield f"    {safe(scenario['repeat'])}"
