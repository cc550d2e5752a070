"""A comparison, as people read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.model import Verdict
from ssechaos.report.compare import compare
from ssechaos.report.comparison_text import comparison_text

if TYPE_CHECKING:
    from collections.abc import Callable


def text(before: dict[str, Any], after: dict[str, Any]) -> str:
    return comparison_text(compare(before, after), before, after)


def test_the_count_comes_first_and_the_worst_before_the_better(run: Callable[..., Any], summary: Any) -> None:
    before = summary(run("a", duplicates=2), run("b"), run("gone"))
    after = summary(run("a", duplicates=0), run("b", Verdict.FAIL, "lost: 7", lost=1), run("fresh"))
    assert text(before, after).splitlines() == [
        "1 worse · 1 better · 0 as before",
        "  from  r1 · 2025-01-01T00:00:00Z · embedded · client reference · seed 7 · PASS",
        "  to    r1 · 2025-01-01T00:00:00Z · embedded · client reference · seed 7 · FAIL",
        "",
        "           scenario  what        before  after   by",
        "▼ worse    b         verdict     ✓ PASS  ✗ FAIL",
        "▼ worse    b         lost        0       1       +1",
        "▲ better   a         duplicates  2       0       -2",
        "• new      fresh     ✓ PASS",
        "• missing  gone      was ✓ PASS",
        "",
        "b: lost: 7",
        f"    {after['scenarios'][1]['repeat']}",
    ]


def test_times_have_their_unit(run: Callable[..., Any], summary: Any) -> None:
    made = text(summary(run(recovery_p95=1.0)), summary(run(recovery_p95=2.5)))
    assert "recovery p95  1.00 s  2.50 s  +1.50 s" in made


def test_without_a_difference_there_is_no_table(run: Callable[..., Any], summary: Any) -> None:
    assert text(summary(run()), summary(run())).startswith("0 worse · 0 better · 1 as before\n")
    assert "scenario" not in text(summary(run()), summary(run()))


def test_names_cannot_forge_a_line(run: Callable[..., Any], summary: Any) -> None:
    made = text(summary(run("a\n▼ worse"), run_id="\x1b[2J"), summary(run("b")))
    assert "\x1b" not in made
    assert "\n▼ worse" not in made
