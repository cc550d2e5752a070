"""The report of each planted bug: its reader is told at once which event, when, and under which fault."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from bugzoo import ZOO
from bugzoo.playing import SCENARIOS, played

from ssechaos.checkers import judge
from ssechaos.model import Run
from ssechaos.report import summarize
from ssechaos.report.facts import bounded
from ssechaos.report.html import report_html
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from bugzoo import Bug

BUGS = {bug.name: bug for bug in ZOO}


def page(bug: Bug, name: str) -> str:
    history = played(SCENARIOS[name], bug)
    run = Run(history, judge(history), history.end)
    summary = summarize([run], run_id="zoo", started="", baseline=None, wall_seconds=run.wall_seconds)
    return report_html(summary, [run], [name])


def read(markup: str) -> str:
    """What a reader sees, with a bar between cells."""
    return html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"</t[dh]>", " | ", markup.replace("<br/>", " "))))


@pytest.mark.parametrize("bug", ZOO, ids=lambda bug: bug.name)
def test_the_page_gives_the_reason_before_any_table_or_picture(bug: Bug) -> None:
    card = page(bug, bug.seen_in[0]).partition('<details class="card')[2]
    history = played(SCENARIOS[bug.seen_in[0]], bug)
    top = re.split(r"<table|<svg", card)[0]
    assert safe(bounded(judge(history).reason)) in read(top)


LOST = "never delivered, and the user was not told written to connection 1"
TOLD = {
    ("skips_gaps", "event_loss"): (
        f"event 10 | {LOST} | sent 0.90 s",
        "lose_event (0.00 s to 4.90 s) struck: lose_event on connection 1 at 0.90 s",
    ),
    ("never_deduplicates", "duplicated_replay"): (
        "event 3 | delivered again written to connection 1 | delivered 0.20 s",
        "duplicate_event (0.00 s to 4.90 s) struck: duplicate_event on connection 1 at 0.20 s",
    ),
    ("open_while_dead", "stall_connection"): (
        f"events 4-50 | {LOST} | sent 2.10 s to 34.30 s",
        "half_open (2.00 s to 32.00 s) struck: dead on connection 1 at 2.00 s",
    ),
}
"""For a bug and a scenario: what happened and when, and under which fault."""


@pytest.mark.parametrize(("name", "scenario"), TOLD)
def test_the_first_row_names_the_event_its_time_and_its_fault(name: str, scenario: str) -> None:
    first = read(page(BUGS[name], scenario).split("<tbody>")[2])
    assert first.startswith(" | ".join((*TOLD[name, scenario], "open | ")))


def test_a_silent_failure_is_seen_as_nothing_delivered_beside_a_state_of_open() -> None:
    shown = page(BUGS["open_while_dead"], "stall_connection")
    assert "Nothing for 53.6 s." in shown
    assert "Client state: connecting from 0.00 s to 0.00 s; open from 0.00 s to 55.00 s." in shown
