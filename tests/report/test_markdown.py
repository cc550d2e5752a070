from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt  # rich brings it along

from ssechaos.model import Finding, ObjectiveResult, Verdict
from ssechaos.report import summary_markdown
from ssechaos.report.facts import COLUMNS, bounded
from ssechaos.report.markdown import escaped
from ssechaos.report.safe import safe

any_text = st.text(st.characters() | st.sampled_from("|`<>*_[]()!&\\~#\n\r\x1b-=$@"))


def shown(markdown: str) -> list[str]:
    """What a reader sees of each inline text, where all of it must be text or a command."""
    tokens = MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(markdown)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    known = {"text", "text_special", "html_inline", "strong_open", "strong_close"}
    for child in (child for inline in inlines for child in inline):
        assert child.type in known, child
        assert child.type != "html_inline" or child.content in ("<code>", "</code>")
    return ["".join(child.content for child in inline if child.type != "html_inline") for inline in inlines]


def test_it_begins_with_the_verdict_and_the_counts(run: Any, summary: Any) -> None:
    assert summary_markdown(summary(run())).startswith("## ✓ PASS: 1 scenario: 1 PASS\n")


def test_each_scenario_is_a_row_of_one_table(run: Any, summary: Any) -> None:
    markdown = summary_markdown(summary(run("slow_3g"), run("stall")))
    assert "| ✓ PASS | slow_3g | 50/50 | 0 | 0 | 1 | 0.80 | 12.1 |  |" in markdown
    assert len([line for line in markdown.splitlines() if line.startswith("|")]) == 4


def test_what_did_not_pass_is_explained_below_the_table(run: Any, summary: Any) -> None:
    objective = ObjectiveResult("lost", "<= 0", 2, ok=False)
    markdown = summary_markdown(summary(run("a"), run("b", Verdict.FAIL, "lost: 2", objectives=(objective,))))
    assert "### ✗ b: FAIL\n\n- reason: lost: 2\n- objective: lost &#60;= 0, observed 2\n" in markdown
    assert "- repeat: <code>ssechaos run b --network embedded --seed 7</code>" in markdown
    assert "### ✓ a" not in markdown


def test_it_says_who_is_at_fault(run: Any, summary: Any) -> None:
    failed = run("b", Verdict.FAIL, "lost: 2", findings=(Finding("lost", "2", side="client"),))
    assert "- at fault: the client (lost)\n" in summary_markdown(summary(failed))


def test_what_makes_the_session_invalid_stands_before_the_table(run: Any, summary: Any) -> None:
    markdown = summary_markdown(summary(run(), interrupted=True))
    assert markdown.index("**interrupted: ") < markdown.index("| verdict")


def test_a_session_without_scenarios_is_still_a_page(summary: Any) -> None:
    markdown = summary_markdown(summary())
    assert markdown.startswith("## ? INVALID: no scenario\n\n**no scenario was played, so nothing was shown**\n")
    assert "|" not in markdown


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        "a | b | c",
        "`code` and ```fence```",
        "one\n\n# two\n\n| three |",
        "![image](http://127.0.0.1/x.png) [link](javascript:alert(1))",
        "**bold** _slanted_ ~~struck~~ @someone $x$ &lt;b&gt;",
        "\x1b[2J\u202e",
        "trailing \\",
    ],
)
def test_planted_markup_is_shown_as_text(planted: str, run: Any, summary: Any) -> None:
    markdown = summary_markdown(summary(run(verdict=Verdict.FAIL, reason=planted)))
    assert f"reason: {safe(planted)}" in shown(markdown)


def test_names_stay_readable_in_the_source() -> None:
    assert escaped("slow_3g") == "slow_3g"


@given(text=any_text)
def test_no_text_breaks_the_page(text: str, run: Any, summary: Any) -> None:
    def page(name: str, message: str) -> list[str]:
        failed = run(name, Verdict.FAIL, message, findings=(Finding("x", message),))
        markdown = summary_markdown(summary(failed, baseline=run("baseline", Verdict.FAIL, message)))
        shown(markdown)
        return markdown.splitlines()

    lines, plain = page(text, text), page("plain", "plain")
    assert len(lines) == len(plain)
    rows = [line for line in lines if line.startswith("|")]
    assert [row.count("|") for row in rows] == [len(COLUMNS) + 1] * 3


@given(text=any_text.filter(str.strip))
def test_any_reason_is_shown_word_for_word(text: str, run: Any, summary: Any) -> None:
    seen = shown(summary_markdown(summary(run(verdict=Verdict.FAIL, reason=text))))
    assert f"reason: {safe(bounded(text))}".strip() in [line.strip() for line in seen]
