"""The live table on a terminal: a mark and a word for each state, and never more lines than there are."""

from __future__ import annotations

import io

from rich.console import Console

from ssechaos.faults import Stall
from ssechaos.live_table import _STYLES, live_table
from ssechaos.model import Scenario, Step
from ssechaos.model.entries import Delivered, Ended, FaultBegan, NoticeShown, StateShown
from ssechaos.progress import STATES, Row


def scenario(name: str) -> Scenario:
    return Scenario(name=name, does="for a test", schedule=(Step(Stall(), 1.0, 9.0),))


def running(name: str, *entries: object) -> Row:
    row = Row(scenario(name), began=0.0)
    for entry in (StateShown(at=0.1, client="c1", state="open"), *entries):
        row = row.after(entry)  # type: ignore[arg-type]
    return row


def printed(rows: list[Row], height: int = 24, *, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=120, height=height, force_terminal=colour)
    console.print(live_table(rows, 4.0, 5.0, height))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_every_state_has_a_colour() -> None:
    assert set(_STYLES) == set(STATES)


def test_a_row_shows_mark_and_word_events_the_fault_with_its_time_left_and_the_notice() -> None:
    row = running(
        "stall",
        Delivered(at=0.2, client="c1", id="1", event="message", sequence=1, digest="", size=1),
        FaultBegan(at=1.0, step=0, fault="stall"),
        StateShown(at=2.0, client="c1", state="waiting"),
        NoticeShown(at=2.0, client="c1", message="Waiting…"),
    )
    lines = printed([row]).splitlines()
    assert lines[0].strip() == "5 s · 1 scenarios, 0 over"
    assert lines[2].split() == ["stall", "●", "waiting", "1/50", "stall", "5", "s", "left", "Waiting…"]


def test_the_mark_has_the_colour_of_the_state() -> None:
    yellow = "\x1b[33m● "
    assert yellow not in printed([running("calm")], colour=True)
    assert yellow in printed([running("held", StateShown(at=2.0, client="c1", state="waiting"))], colour=True)


def test_what_a_stream_says_cannot_move_the_cursor() -> None:
    row = running("rude", NoticeShown(at=2.0, client="c1", message="\x1b[2J[red]gone[/red]"))
    assert "\\x1b[2J[red]gone[/red]" in printed([row])


def test_a_long_notice_takes_no_room_from_the_other_columns() -> None:
    text = printed([running("rapid_toggles", NoticeShown(at=2.0, client="c1", message="No connection: " * 20))])
    assert "rapid_toggles" in text
    assert "● open" in text
    assert "…" in text
    assert len(text.splitlines()) == 3


def test_on_a_small_terminal_what_is_over_makes_room_first_and_the_order_stays() -> None:
    over = running("b_over", Ended(at=3.0, reason="finished"))
    rows = [running("a"), over, Row(scenario("c_not_begun")), running("d")]
    text = printed(rows, height=4)
    assert [line.split()[0] for line in text.splitlines()[2:]] == ["a", "d"]
    assert len(printed(rows).splitlines()) == 2 + len(rows)
