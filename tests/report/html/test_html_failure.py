"""What a reader of a failed run wants to know within a minute: which event, when, and under which fault."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import Any

import pytest

from ssechaos.faults import Reset, Stall
from ssechaos.model import Finding, Run, Step
from ssechaos.model.entries import Closed, Delivered, FaultBegan, FaultEnded, FaultStruck
from ssechaos.report.html.picture import letter, picture
from ssechaos.report.html.troubles import Trouble, grouped

LOST = "never delivered, and the user was not told written to connection 1"
STRUCK = "reset on connection 1 at 2.50 s"


def rows(page: str, caption: str) -> list[str]:
    """The rows of the first table with that caption, with bars between their cells."""
    table = page[page.index(f"<caption>{caption}") :].partition("<tbody>")[2].partition("</tbody>")[0]
    return [plain(row.replace("</th>", " | ").replace("</td>", " | ")) for row in table.split("</tr>") if row]


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup.replace("<br/>", " "))).strip(" |")


@pytest.fixture
def failed(stream: Any, made: Any) -> Run:
    """Event 12 is lost in a stall from 1 s to 2 s, event 20 comes twice, a reset strikes at 2.5 s."""
    faults = [
        FaultBegan(at=1.0, step=0, fault="stall"),
        FaultEnded(at=2.0, step=0, fault="stall", evidence={"bytes_held": 9.0, "longest_hold": 1.0}),
        FaultBegan(at=2.5, step=1, fault="reset"),
        FaultStruck(at=2.5, step=1, connection=1, what="reset"),
        FaultEnded(at=2.5, step=1, fault="reset", evidence={"connections_broken": 1.0}),
        Closed(at=2.5, connection=1, how="RST"),
    ]
    run = made(
        [*stream(30, missing=[12, 26], twice=[20]), *faults],
        schedule=(Step(Stall(), 1.0, 2.0), Step(Reset(), 2.5, 2.5)),
    )
    assert isinstance(run, Run)
    return run


def test_each_damaged_event_is_named_with_its_time_its_fault_and_what_the_user_saw(failed: Run, page: Any) -> None:
    assert rows(page(failed), "Events that did not arrive as they should") == [
        f"event 12 | {LOST} | sent 1.10 s | stall (1.00 s to 2.00 s) | open",
        f"event 26 | {LOST} | sent 2.50 s | reset (2.50 s to 2.50 s) struck: {STRUCK} | open",
        "event 20 | delivered again written to connection 1 | delivered 1.90 s | stall (1.00 s to 2.00 s) | open",
    ]


def test_each_finding_is_named_with_its_time_its_fault_and_whose_it_is(failed: Run, page: Any) -> None:
    finding = Finding("duplicates", "event 20 delivered twice", 1.9, side="client")
    run = replace(failed, judgement=replace(failed.judgement, findings=(finding,)))
    assert rows(page(run), "Findings") == [
        "A | duplicates · client's side event 20 delivered twice | 1.90 s | stall (1.00 s to 2.00 s) | open"
    ]


def test_each_fault_has_its_settings_its_time_and_its_evidence(failed: Run, page: Any) -> None:
    assert rows(page(failed), "Faults") == [
        "stall direction both | 1.00 s to 2.00 s | bytes_held 9, longest_hold 1 | no",
        "reset | 2.50 s | connections_broken 1 | no",
    ]


def test_a_finding_leads_to_its_mark_on_the_time_axis(failed: Run, page: Any, seen: Any) -> None:
    found = seen(page(failed))
    marked = [mark for mark in found.of("a") if mark.get("class") == "flag finding"]
    assert marked
    assert {(mark["href"] or "")[1:] for mark in marked} <= {has["id"] for has in found.of("g") if "id" in has}


def test_a_loss_is_placed_where_the_event_was_sent_though_it_is_only_known_at_the_end(failed: Run) -> None:
    shown = picture("s1", failed)
    assert shown is not None
    places = {mark.finding.name: mark.at for mark in shown.marks}
    assert failed.judgement.findings[-1].at is None
    assert places["lost"] == pytest.approx(1.1)


def test_what_is_lost_and_told_is_not_shown_as_a_secret(stream: Any, made: Any, page: Any) -> None:
    gap = Delivered(at=0.35, client="c1", id=None, event="gap", sequence=None, digest="", size=0, gap=(4, 5))
    text = page(made([*stream(10, missing=[4, 5]), gap]))
    assert rows(text, "Events that did not arrive")[0].startswith(
        "events 4-5 | never delivered; the user was told"
    )


def test_of_several_clients_the_accused_one_is_shown(stream: Any, made: Any, page: Any) -> None:
    runs = [
        *stream(10),
        *stream(10, client="c2", connection=2, missing=[3]),
        *stream(10, client="c3", connection=3),
    ]
    text = page(made(runs))
    assert "All 3 clients; the pictures show c2" in text
    assert rows(text, "Events that did not arrive as they should of c2")[0].startswith("event 3 | never delivered")
    assert rows(text, "All 3 clients")[:2] == [
        "how they ended | 3 complete",
        "events delivered to each | 9 to 10, median 10",
    ]


def test_the_first_finding_says_who_is_accused_even_if_another_misses_more(
    stream: Any, made: Any, page: Any
) -> None:
    run = made([*stream(10, missing=[3, 4]), *stream(10, client="c2", connection=2, missing=[8])])
    named = replace(run.judgement, findings=(Finding("lost", "c2: event 8 never delivered"),))
    assert "All 2 clients; the pictures show c2" in page(replace(run, judgement=named))


def test_events_that_share_their_fate_are_one_group() -> None:
    found = [Trouble("lost", 4, 0.0), Trouble("lost", 5, 0.1), Trouble("lost", 7, 0.2), Trouble("again", 8, 0.2)]
    assert [[one.sequence for one in group] for group in grouped(found)] == [[4, 5], [7], [8]]


def test_letters_do_not_end_with_the_alphabet() -> None:
    assert [letter(place) for place in (0, 25, 26, 53)] == ["A", "Z", "A1", "B2"]


def test_many_findings_are_folded_and_none_is_left_out(stream: Any, made: Any, page: Any) -> None:
    text = page(made(stream(30, twice=range(3, 12))))
    assert len(rows(text, "Findings")) == 5
    assert len(rows(text, "Findings, the others")) == 4
