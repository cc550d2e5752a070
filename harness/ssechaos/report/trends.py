"""How scenarios did over many sessions: verdicts and recovery times in the order of time, with a small curve.

Only sessions with the same network, client and target are put in one table: others measure other things.
"""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import MARKS, NO_VALUE
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_SESSIONS = 30
"""The latest of each table; as many marks as leave room for names and numbers."""

_CONDITIONS = ("network", "client", "target")
_BARS = "▁▂▃▄▅▆▇█"
_ABSENT = "·"


def trends_text(summaries: Sequence[Mapping[str, Any]]) -> str:
    """A table for each set of conditions, without a line end after the last line.

    Args:
        summaries: in the order of time.
    """
    ordered = sorted(summaries, key=_conditions)  # stable: the order of time is kept
    tables = [list(_table(list(sessions), *key)) for key, sessions in groupby(ordered, _conditions)]
    return "\n\n".join("\n".join(table) for table in tables)


def sparkline(values: Sequence[float | None]) -> str:
    """A bar for each value, from 0 to the largest; a dot where there is none."""
    largest = max((value for value in values if value is not None), default=0.0) or 1.0
    return "".join(
        _ABSENT if value is None else _BARS[min(int(value / largest * len(_BARS)), len(_BARS) - 1)]
        for value in values
    )


def _conditions(summary: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(summary[name]) for name in _CONDITIONS)


def _table(sessions: list[Mapping[str, Any]], *conditions: str) -> Iterator[str]:
    shown = sessions[-MOST_SESSIONS:]
    left_out = len(sessions) - len(shown)
    counted = "1 run" if len(sessions) == 1 else f"{len(sessions)} runs"
    latest = f", the latest {len(shown)} shown" if left_out else ""
    named = " · ".join(f"{name} {value}" for name, value in zip(_CONDITIONS, conditions, strict=True))
    period = " to ".join(dict.fromkeys((shown[0]["started"], shown[-1]["started"])))
    yield safe(f"{counted}{latest} · {period} · {named}")
    rows = [_row(name, shown) for name in _names(shown)]
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    for row in [_HEAD, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


_HEAD = ("scenario", "verdicts", "recovery p95", "first", "median", "last")


def _names(sessions: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({scenario["name"] for session in sessions for scenario in session["scenarios"]})


def _row(name: str, sessions: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    played = [_found(name, session) for session in sessions]
    times = [_recovery(scenario) for scenario in played]
    known = [time for time in times if time is not None]
    numbers = (known[0], median(known), known[-1]) if known else (None, None, None)
    return (safe(name), "".join(map(_mark, played)), sparkline(times), *map(_seconds, numbers))


def _found(name: str, session: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((scenario for scenario in session["scenarios"] if scenario["name"] == name), None)


def _mark(scenario: Mapping[str, Any] | None) -> str:
    return _ABSENT if scenario is None else MARKS[scenario["verdict"]]


def _recovery(scenario: Mapping[str, Any] | None) -> float | None:
    recovery = scenario["measurements"].get("recovery") if scenario else None
    value: float | None = recovery.get("p95") if recovery else None
    return value


def _seconds(value: float | None) -> str:
    return NO_VALUE if value is None else f"{value:.2f} s"
