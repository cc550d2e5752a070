from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import FaultReport, Finding, ObjectiveResult, Verdict
from ssechaos.report import verdict_table


def test_first_line_is_the_verdict_and_the_counts(run: Any, summary: Any) -> None:
    table = verdict_table(summary(run(), run("b", Verdict.FAIL), run("c", Verdict.SKIPPED)))
    assert table.splitlines()[0] == "✗ FAIL  3 scenarios: 1 PASS, 1 FAIL, 1 SKIPPED"


def test_a_passed_scenario_is_one_row(run: Any, summary: Any) -> None:
    limit = ObjectiveResult("recovery_p95", "<= 5", 0.8, ok=True)
    table = verdict_table(summary(run("handoff", objectives=(limit,), findings=())))
    (row,) = [line for line in table.splitlines() if line.startswith("✓ PASS   ")]
    assert " ".join(row.split()) == "✓ PASS handoff 50/50 0 0 1 0.80 (<= 5) 12.1"


def test_columns_stand_under_their_heads(run: Any, summary: Any) -> None:
    lines = verdict_table(summary(run("a"), run("much_longer_name", sent=12345, lost=678))).splitlines()
    head, short, long = lines[3:6]
    assert head.startswith("verdict  scenario")
    assert {line.index(name) for line, name in ((head, "scenario"), (short, "a "), (long, "much"))} == {9}
    ends = {line.index(text) + len(text) for line, text in ((head, "lost"), (short, "  0"), (long, "678"))}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("verdict", "mark"),
    [("PASS", "✓ PASS"), ("FAIL", "✗ FAIL"), ("INVALID", "? INVALID"), ("SKIPPED", "– SKIPPED")],  # noqa: RUF001 - the mark itself
)
def test_each_verdict_has_its_mark(verdict: str, mark: str, run: Any, summary: Any) -> None:
    assert f"{mark} " in verdict_table(summary(run(verdict=Verdict(verdict))))


def test_what_failed_says_why_and_how_to_repeat_it(run: Any, summary: Any) -> None:
    failed = run(
        "handoff",
        Verdict.FAIL,
        "lost: 2 of 50",
        findings=(Finding("lost", "2 of 50"), Finding("resume", "asked for 18 after 16", 4.2)),
        objectives=(
            ObjectiveResult("lost", "<= 0", 2, ok=False),
            ObjectiveResult("duplicates", "<= 0", 0, ok=True),
        ),
        faults=(FaultReport("packet_loss", 2.0, None, modelled=True, evidence={"delayed": 21}),),
    )
    table = verdict_table(summary(failed))
    assert [line.strip() for line in table.splitlines() if line.startswith("    ")] == [
        "reason     lost: 2 of 50",
        "finding    resume at 4.20 s: asked for 18 after 16",
        "objective  lost <= 0, observed 2",
        "fault      packet_loss (modelled), 2.00 s to the end: delayed 21",
        "repeat     ssechaos run handoff --network embedded --seed 7",
    ]


def test_what_failed_says_who_is_at_fault_and_for_what(run: Any, summary: Any) -> None:
    skipped, lost = Finding("wire_gap", "7 is skipped", side="server"), Finding("lost", "7", side="server")
    silent = Finding("silent_failure", "nothing came", side="client")
    table = verdict_table(summary(run("a", Verdict.FAIL, "x", findings=(skipped, lost, silent, silent, silent))))
    assert "    at fault   the server (wire_gap, lost) and the client (silent_failure)\n" in table


def test_what_failed_for_unknown_reasons_blames_nobody(run: Any, summary: Any) -> None:
    doubtful = Finding("lost", "7", verdict=Verdict.INVALID, side="client")
    findings = (doubtful, Finding("asserted", "not enough"))
    assert "at fault" not in verdict_table(summary(run("a", Verdict.FAIL, "x", findings=findings)))


def test_a_fault_that_never_began_says_so(run: Any, summary: Any) -> None:
    fault = FaultReport("stall", None, None, modelled=False, evidence={})
    table = verdict_table(summary(run(verdict=Verdict.INVALID, faults=(fault,))))
    assert "stall, never began: no evidence" in table


def test_a_modelled_fault_is_marked_even_when_all_is_well(run: Any, summary: Any) -> None:
    fault = FaultReport("packet_loss", 0.0, 1.0, modelled=True, evidence={})
    rows = verdict_table(summary(run("loss", faults=(fault,)), run("plain"))).splitlines()
    assert [row.endswith("  modelled") for row in rows[4:6]] == [True, False]


def test_a_skipped_scenario_shows_its_reason_and_no_numbers(run: Any, summary: Any) -> None:
    table = verdict_table(summary(run(), run("loss", Verdict.SKIPPED, "can't lose packets")))
    assert "    reason     can't lose packets" in table
    assert table.count("    repeat") == 0


def test_findings_are_bounded(run: Any, summary: Any) -> None:
    findings = tuple(Finding("lost", f"client {number}") for number in range(1000))
    table = verdict_table(summary(run(verdict=Verdict.FAIL, findings=findings)))
    assert table.count("client ") == 5 + len(["the line of conditions"])
    assert "… and 995 more in summary.json" in table


def test_a_long_reason_is_wrapped_under_itself_and_bounded(run: Any, summary: Any) -> None:
    table = verdict_table(summary(run(verdict=Verdict.FAIL, reason="word " * 10_000)), width=60)
    lines = table.splitlines()
    wrapped = [line for line in lines if line.startswith(" " * 15)]
    assert len(wrapped) > 5
    assert max(map(len, wrapped)) <= 60
    assert "(49500 more characters in" in table


@pytest.mark.parametrize("width", [92, 100, 140])
def test_rows_stay_within_the_width_by_shortening_the_name(width: int, run: Any, summary: Any) -> None:
    table = verdict_table(summary(run("n" * 200), wall_seconds=99), width=width)
    row = next(line for line in table.splitlines() if line.startswith("✓ PASS   n"))
    assert len(row) <= width
    assert "n…  " in row


def test_a_command_is_never_broken_so_that_it_can_be_copied(run: Any, summary: Any) -> None:
    table = verdict_table(summary(run("n" * 100, Verdict.FAIL)), width=60)
    assert f"ssechaos run {'n' * 100} --network embedded --seed 7" in table


def test_the_end_tells_seed_time_longest_scenario_and_ratio(run: Any, summary: Any) -> None:
    runs = (run("short", wall_seconds=3), run("long", wall_seconds=10.0))
    last = verdict_table(summary(*runs, wall_seconds=12.5)).splitlines()[-1]
    assert last == "seed 7 · 12.5 s in all · longest scenario long 10.0 s · ratio 1.25"


def test_a_session_without_scenarios_says_that_nothing_was_shown(summary: Any) -> None:
    assert verdict_table(summary(wall_seconds=0.0)).splitlines() == [
        "? INVALID  no scenario",
        "! no scenario was played, so nothing was shown",
        "",
        "0.0 s in all",
    ]


def test_all_skipped_says_that_nothing_was_shown(run: Any, summary: Any) -> None:
    table = verdict_table(summary(run("a", Verdict.SKIPPED, "why"), run("b", Verdict.SKIPPED, "why")))
    assert table.startswith("? INVALID  2 scenarios: 2 SKIPPED\n")
    assert "! no scenario was played" in table


def test_an_interrupted_session_and_a_bad_baseline_say_so_before_the_table(run: Any, summary: Any) -> None:
    baseline = run("baseline", Verdict.INVALID, "target refused")
    table = verdict_table(summary(run(), interrupted=True, baseline=baseline))
    assert "! interrupted: " in table
    assert "! the baseline without faults is INVALID: target refused" in table
    assert table.index("target refused") < table.index("handoff")


def test_it_is_plain_text_unless_colours_are_asked_for(run: Any, summary: Any) -> None:
    result = summary(run(), run("b", Verdict.FAIL, "why"))
    plain, painted = verdict_table(result), verdict_table(result, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31m✗ FAIL\x1b[0m" in painted
    assert painted.replace("\x1b[1;31m", "").replace("\x1b[32m", "").replace("\x1b[0m", "") == plain


def test_wide_characters_do_not_push_the_columns(run: Any, summary: Any) -> None:
    rows = verdict_table(summary(run("世界"), run("abcd"))).splitlines()[4:6]
    assert rows[0].partition("世界")[2] == rows[1].partition("abcd")[2]


@given(text=st.text(st.characters()))
def test_nothing_from_a_stream_reaches_the_terminal_unescaped(text: str, run: Any, summary: Any) -> None:
    fault = FaultReport(text, 0.0, None, modelled=False, evidence={text: 1})
    result = summary(
        run(text, Verdict.FAIL, text, findings=(Finding("x", text),), faults=(fault,)),
        baseline=run("baseline", Verdict.FAIL, text),
    )
    assert all(line.isprintable() for line in verdict_table(result).split("\n"))
