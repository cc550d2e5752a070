"""The same verdict, word for word, in the terminal, in Markdown, as data and on the page."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from ssechaos.model import Finding, ObjectiveResult, Run, Verdict
from ssechaos.report import summary_markdown, verdict_table
from ssechaos.report.facts import MARKS, bounded, cells, closing, conditions, headline, remarks
from ssechaos.report.html import report_html
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

LOST = Finding("lost", "events 3-5 never delivered; 3 was sent at 2 s, during <stall> & half_open")
VAGUE = Finding("starved", "the harness itself was 0.4 s late", 0.0, Verdict.INVALID)
MISSED = ObjectiveResult("lost", "<= 0", 3, ok=False)
SESSIONS = {
    "a pass": ([("a", Verdict.PASS, "", ())], {}),
    "a failure": ([("a", Verdict.FAIL, f"{LOST.name}: {LOST.message}", (LOST,)), ("b", Verdict.PASS, "", ())], {}),
    "a doubt": (
        [("a", Verdict.INVALID, f"starved: {VAGUE.message}", (VAGUE,)), ("b", Verdict.SKIPPED, "can't", ())],
        {},
    ),
    "nothing but skipped": ([("a", Verdict.SKIPPED, "packet can't make lose_event", ())], {}),
    "an interruption": ([("a", Verdict.PASS, "", ())], {"interrupted": True}),
    "nothing": ([], {}),
    "a very long reason": ([("a", Verdict.FAIL, "x" * 2000, ())], {}),
}


def told(name: str, run: Any, summary: Any) -> tuple[dict[str, Any], list[Run]]:
    plan, session = SESSIONS[name]
    runs = [
        run(scenario, verdict, reason, findings=findings, objectives=(MISSED,) if verdict is Verdict.FAIL else ())
        for scenario, verdict, reason, findings in plan
    ]
    return summary(*runs, **session), runs


def expected(summary: Mapping[str, Any]) -> list[str]:
    """What every report for people says in the very same words."""
    scenarios = summary["scenarios"]
    return [
        f"{MARKS[summary['verdict']]} {summary['verdict']}",
        headline(summary),
        *remarks(summary),
        *(bounded(scenario["reason"]) for scenario in scenarios),
        *(bounded(finding["message"]) for scenario in scenarios for finding in scenario["findings"]),
        *(cell for scenario in scenarios for cell in cells(scenario)),
        *(scenario["repeat"] for scenario in scenarios if scenario["verdict"] in ("FAIL", "INVALID")),
        conditions(summary),
        closing(summary),
    ]


def in_markdown(text: str) -> str:
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    return "\n".join(
        "".join(child.content for child in inline if child.type != "html_inline") for inline in inlines
    )


@pytest.mark.parametrize("name", SESSIONS)
def test_all_reports_say_the_same(name: str, run: Any, summary: Any, seen: Any) -> None:
    made, runs = told(name, run, summary)
    renderings = {
        "terminal": verdict_table(made, width=100_000),
        "markdown": in_markdown(summary_markdown(made)),
        "page": seen(report_html(made, runs, [one.name for one in runs])).text,
    }
    for words in expected(made):
        for where, text in renderings.items():
            assert safe(words) in text, where


@pytest.mark.parametrize("name", SESSIONS)
def test_the_data_has_the_same_verdicts_and_reasons(name: str, run: Any, summary: Any, seen: Any) -> None:
    made, runs = told(name, run, summary)
    text = seen(report_html(made, runs, [one.name for one in runs])).text
    data = json.loads(json.dumps(made))
    assert f"{MARKS[data['verdict']]} {data['verdict']}" in text
    assert all(bounded(scenario["reason"]) in text for scenario in data["scenarios"])
