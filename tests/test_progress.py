"""What the live display shows follows from the entries."""

from __future__ import annotations

from dataclasses import replace

from ssechaos.faults import Reset, Stall
from ssechaos.model import Clients, Scenario, Step, Workload
from ssechaos.model.entries import (
    Connect,
    Delivered,
    Done,
    Ended,
    ErrorShown,
    FaultBegan,
    FaultEnded,
    NoticeShown,
    StateShown,
)
from ssechaos.progress import Row, plain

SCENARIO = Scenario(
    name="story",
    does="for a test",
    workload=Workload(events=5),
    clients=Clients(count=2),
    schedule=(Step(Stall(), 1.0, 9.0), Step(Reset(), 2.0)),
)


def delivered(sequence: int | None) -> Delivered:
    return Delivered(at=1.0, client="c1", id=None, event="x", sequence=sequence, digest="", size=1)


def test_a_row_follows_state_events_and_notices() -> None:
    row = Row(SCENARIO)
    for entry in (
        StateShown(at=0.5, client="c1", state="open"),
        delivered(1),
        delivered(None),
        NoticeShown(at=2.0, client="c1", message="Waiting…"),
    ):
        row = row.after(entry)
    assert row.cells(2.0) == ("story", "open 1/2", "1/10", "no fault", "Waiting…")


def test_faults_in_force_are_shown_with_the_time_left() -> None:
    row = (
        Row(SCENARIO, began=0.0)
        .after(FaultBegan(at=1.0, step=0, fault="stall"))
        .after(FaultBegan(at=2.0, step=1, fault="reset"))
    )
    assert row.faults(3.0) == "stall 6 s left, reset"
    assert replace(row, began=10.0).faults(13.0) == row.faults(3.0)
    assert row.after(FaultEnded(at=9.0, step=0, fault="stall")).faults(9.0) == "reset"


def shown(client: str, state: str) -> StateShown:
    return StateShown(at=1.0, client=client, state=state)


def test_of_several_clients_the_most_troubled_is_shown_and_how_many_are_like_it() -> None:
    row = Row(SCENARIO)
    assert row.state_cell() == "starting 0/2"
    row = row.after(Connect(at=0.1, client="c1", attempt=0, last_event_id=None))
    assert row.state_cell() == "connecting 1/2"
    row = row.after(shown("c1", "open")).after(shown("c2", "waiting"))
    assert row.state_cell() == "waiting 1/2"
    assert row.after(shown("c1", "waiting")).state_cell() == "waiting 2/2"


def test_how_a_client_ended_stays_whatever_it_shows_after_that() -> None:
    done = Row(SCENARIO).after(Done(at=2.0, client="c1")).after(shown("c1", "closed"))
    assert done.state == "done"
    failed = done.after(ErrorShown(at=3.0, client="c2", message="gave up")).after(shown("c2", "closed"))
    assert (failed.state, failed.notice) == ("failed", "gave up")


def test_plain_lines_leave_out_what_is_over() -> None:
    over = Row(SCENARIO).after(Ended(at=3.0, reason="finished"))
    text = plain([over, Row(SCENARIO)], 30.0, 12.0)
    assert text.splitlines()[0] == "12 s · 2 scenarios, 1 over"
    assert len(text.splitlines()) == 2
