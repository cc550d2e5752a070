"""The summary as Markdown, for GitHub's job summary and pull requests: verdict first, then the table, then why.

Text from streams is written so that no character of it can be structure: numeric character references are never
taken for Markdown or HTML (CommonMark, section 2.5), nor for the bars of a table.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import (
    COLUMNS,
    MARKS,
    NO_VALUE,
    Detail,
    cells,
    closing,
    conditions,
    details,
    headline,
    remarks,
)
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_STRUCTURE = re.compile(r"[&<>|`*~$@\\\[\]]|(?<![^\W_])_|_(?![^\W_])")
"""What may be markup inside a line; an underscore within a word (``slow_3g``) is not."""


def summary_markdown(summary: Mapping[str, Any]) -> str:
    """The whole verdict as GitHub Flavored Markdown."""
    return "\n".join(_lines(summary)) + "\n"


def escaped(text: str) -> str:
    """``text`` on one line, shown as it is."""
    return _STRUCTURE.sub(lambda match: f"&#{ord(match[0])};", safe(text))


def _lines(summary: Mapping[str, Any]) -> Iterator[str]:
    verdict = summary["verdict"]
    yield f"## {MARKS[verdict]} {verdict}: {headline(summary)}"
    yield ""
    for remark in remarks(summary):
        yield f"**{escaped(remark)}**"
        yield ""
    yield from _table(summary["scenarios"])
    for scenario in summary["scenarios"]:
        yield from _explanation(scenario)
    yield escaped(" · ".join(filter(None, (conditions(summary), closing(summary)))))


def _table(scenarios: list[Mapping[str, Any]]) -> Iterator[str]:
    if not scenarios:
        return
    yield _row(COLUMNS)
    yield _row("---" for _ in COLUMNS)
    for scenario in scenarios:
        yield _row(escaped(cell) for cell in cells(scenario))
    yield ""


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _explanation(scenario: Mapping[str, Any]) -> Iterator[str]:
    explained = list(details(scenario))
    if explained:
        yield f"### {MARKS[scenario['verdict']]} {escaped(scenario['name'])}: {scenario['verdict']}"
        yield ""
        yield from map(_item, explained)
        yield ""


def _item(detail: Detail) -> str:
    text = escaped(detail.text) or NO_VALUE
    return f"- {detail.label}: " + (f"<code>{text}</code>" if detail.label == "repeat" else text)
