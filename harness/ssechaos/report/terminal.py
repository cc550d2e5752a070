"""The verdict table on a terminal or in a log: plain aligned text, with colours only when asked for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size

from ssechaos.report.facts import COLUMNS, MARKS, Detail, cells, closing, conditions, details, headline, remarks
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_COLOURS = {"PASS": "32", "FAIL": "1;31", "INVALID": "1;33", "SKIPPED": "2"}
_LEFT = ("verdict", "scenario", "note")
"""Columns of words; the others are numbers and stand to the right."""
_NAME = COLUMNS.index("scenario")
_NARROWEST_NAME = 12
_GAP = "  "
_INDENT = " " * 4
_LABEL_WIDTH = len("objective") + len(_GAP)


def verdict_table(summary: Mapping[str, Any], width: int = 100, colour: bool = False) -> str:  # noqa: FBT001, FBT002 - read at the call as colour=
    """The whole verdict for people, without a line end after the last line.

    Args:
        summary: what ``summarize`` made.
        width: columns to stay within; only commands are never broken, so that they can be copied.
        colour: paint the verdicts with ANSI colours.
    """
    return "\n".join(line.rstrip() for line in _lines(summary, width, colour=colour))


def _lines(summary: Mapping[str, Any], width: int, *, colour: bool) -> Iterator[str]:
    verdict = summary["verdict"]
    yield _painted(f"{MARKS[verdict]} {verdict}", verdict, colour=colour) + f"  {headline(summary)}"
    yield from _wrapped(conditions(summary), width, _GAP)
    for remark in remarks(summary):
        yield from _wrapped(remark, width, "! ")
    yield ""
    yield from _table(summary["scenarios"], width, colour=colour)
    yield from _wrapped(closing(summary), width, "")


def _table(scenarios: Sequence[Mapping[str, Any]], width: int, *, colour: bool) -> Iterator[str]:
    if not scenarios:
        return
    rows = [tuple(safe(cell) for cell in cells(scenario)) for scenario in scenarios]
    widths = _widths([COLUMNS, *rows], width)
    yield _GAP.join(_row(COLUMNS, widths))
    for scenario, row in zip(scenarios, rows, strict=True):
        verdict, *others = _row(row, widths)
        yield _GAP.join([_painted(verdict, scenario["verdict"], colour=colour), *others])
        for detail in details(scenario):
            yield from _detail(detail, width)
    yield ""


def _widths(rows: Sequence[tuple[str, ...]], width: int) -> list[int]:
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    too_wide = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    if too_wide > 0:
        widths[_NAME] = max(_NARROWEST_NAME, widths[_NAME] - too_wide)
    return widths


def _row(row: tuple[str, ...], widths: Sequence[int]) -> list[str]:
    return [_fitted(*cell) for cell in zip(row, COLUMNS, widths, strict=True)]


def _fitted(text: str, column: str, width: int) -> str:
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + "…"
    padding = " " * (width - cell_len(text))
    return text + padding if column in _LEFT else padding + text


def _detail(detail: Detail, width: int) -> Iterator[str]:
    label = f"{_INDENT}{detail.label:<{_LABEL_WIDTH}}"
    if detail.label == "repeat":
        yield label + safe(detail.text)
    else:
        yield from _wrapped(detail.text, width, label)


def _wrapped(text: str, width: int, first_indent: str) -> list[str]:
    return textwrap.wrap(
        safe(text),
        max(width, len(first_indent) + _NARROWEST_NAME),
        initial_indent=first_indent,
        subsequent_indent=" " * len(first_indent),
        break_on_hyphens=False,
    )


def _painted(text: str, verdict: str, *, colour: bool) -> str:
    return f"\x1b[{_COLOURS[verdict]}m{text}\x1b[0m" if colour else text
