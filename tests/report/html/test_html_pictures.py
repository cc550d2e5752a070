"""What the pictures draw, and where."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults import Stall
from ssechaos.model import Step
from ssechaos.model.entries import FaultBegan, FaultEnded, NoticeShown, Opened, StateShown
from ssechaos.report.html.axis import LEFT, RIGHT, WIDTH, Axis, moment, nice, seconds
from ssechaos.report.html.counting import Change, curve
from ssechaos.report.html.delays import delays
from ssechaos.report.html.lane import bunched, short, span_of, stacked
from ssechaos.report.html.lane_client import notices, others, states
from ssechaos.report.html.lane_connections import connections
from ssechaos.report.html.lane_faults import faults
from ssechaos.report.html.lanes import lanes
from ssechaos.report.html.objectives import margin
from ssechaos.report.html.picture import picture
from ssechaos.report.html.recovery import recovery
from ssechaos.report.html.staircase import staircase
from ssechaos.report.html.svg import dots


@given(most=st.floats(1e-3, 1e6))
def test_an_axis_has_round_ticks_that_lie_on_it(most: float) -> None:
    ticks = Axis(most).ticks()
    assert 2 <= len(ticks) <= 12
    assert ticks[0] == 0
    assert ticks[-1] <= most * (1 + 1e-6)


@given(value=st.floats(1e-6, 1e9))
def test_a_nice_number_is_not_below_what_it_is_for_and_begins_with_1_2_or_5(value: float) -> None:
    found = nice(value)
    assert value * (1 - 1e-6) <= found <= value * 10
    assert f"{found:e}"[0] in "125"


def test_what_lies_outside_an_axis_is_drawn_at_its_edge() -> None:
    axis = Axis(10.0)
    assert [axis(-1), axis(0), axis(10), axis(math.inf)] == [LEFT, LEFT, WIDTH - RIGHT, WIDTH - RIGHT]


def test_times_are_as_short_as_their_size_allows() -> None:
    assert [seconds(0), seconds(0.05), seconds(1.5), seconds(60)] == ["0 s", "50 ms", "1.5 s", "60 s"]
    assert moment(2) == "2.00 s"


def test_dots_on_one_pixel_are_drawn_once() -> None:
    drawn = dots(((x / 1000, 5.0) for x in range(1000)), "delivered")
    assert drawn.count("M") == 2  # the pixels 0 and 1


def test_many_dots_are_drawn_on_a_coarser_grid() -> None:
    assert dots(((x, y) for x in range(80) for y in range(80)), "other").count("M") == 1600


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20))))
def test_things_in_one_row_never_overlap_while_there_are_rows_left(spans: list[tuple[int, int]]) -> None:
    items = sorted((float(left), float(left + width)) for left, width in spans)
    placed = stacked(items, lambda item: item, most=1000)
    for row in {row for _, row in placed}:
        mates = [item for item, place in placed if place == row]
        assert all(one[1] <= other[0] for one, other in pairwise(mates))


def test_what_finds_no_room_shares_the_last_row() -> None:
    assert [row for _, row in stacked([(0.0, 9.0)] * 5, lambda item: item, most=3)] == [0, 1, 2, 2, 2]


def test_marks_that_would_lie_upon_each_other_are_one() -> None:
    assert bunched([(30.0, "c"), (1.0, "a"), (5.0, "b")], 10) == [(1.0, ["a", "b"]), (30.0, ["c"])]
    assert [span_of(["A"]), span_of(["A", "B"]), span_of(["A", "B", "D"])] == ["A", "A,B", "A…D"]


def test_a_long_name_is_cut_to_the_margin() -> None:
    assert short("Delivered to somebody else") == "Delivered to som…"


def test_a_curve_ends_at_its_axis_and_names_its_highest_value() -> None:
    drawn = curve(Axis(10.0), [Change(0.0, 1), Change(2.0, 1), Change(5.0, -1)], 40, "open at once")
    assert "at most 2 open at once" in drawn
    assert re.search(r'd="M112 40H112V[\d.]+H278V6\.0H526V[\d.]+H940V40z"', drawn)


class TestRun:
    """A stall from 1 s to 2 s; the client waits, reconnects, and is told so."""

    @pytest.fixture
    def shown(self, stream: Any, made: Any) -> Any:
        facts = [
            FaultBegan(at=1.0, step=0, fault="stall", modelled=True),
            FaultEnded(at=2.0, step=0, fault="stall", evidence={"bytes_held": 9.0, "longest_hold": 1.0}),
            StateShown(at=1.5, client="c1", state="waiting"),
            StateShown(at=2.2, client="c1", state="open"),
            NoticeShown(at=1.5, client="c1", message="Waiting…"),
            NoticeShown(at=1.51, client="c1", message="Still waiting…"),
        ]
        run = made([*stream(40, missing=[12], twice=[30]), *facts], schedule=(Step(Stall(), 1.0, 2.0),))
        return picture("s1", run)

    def test_faults_have_a_bar_and_say_that_they_are_modelled(self, shown: Any) -> None:
        assert faults(shown).said == "Faults in force: stall (modelled) from 1.00 s to 2.00 s."
        assert f'x="{LEFT + 828 / 4:g}"' in faults(shown).drawn

    def test_a_fault_is_shaded_through_every_picture_on_the_time_axis(self, shown: Any) -> None:
        for drawn in (lanes(shown), staircase(shown), delays(shown)):
            assert '<rect class="shade" x="319"' in drawn

    def test_a_shade_stays_within_its_picture(self, shown: Any) -> None:
        assert '<rect class="shade" x="319" y="12" width="207" height="220"/>' in staircase(shown)

    def test_states_have_words_and_not_only_colours(self, shown: Any) -> None:
        assert "waiting from 1.50 s to 2.20 s; open from 2.20 s" in states(shown).said
        assert ">waiting</text>" in states(shown).drawn

    def test_notices_at_one_moment_share_a_flag(self, shown: Any) -> None:
        assert ">1,2</text>" in notices(shown).drawn

    def test_what_is_lost_and_what_came_twice_differ_in_shape_and_are_named(self, shown: Any) -> None:
        drawn = staircase(shown)
        assert ">lost 12</text>" in drawn
        assert ">delivered again 30</text>" in drawn
        assert 'm-4-4l8 8m0-8l-8 8" class="bad"' in drawn
        assert 'm0-5l5 5l-5 5l-5-5z" class="bad"' in drawn

    def test_a_connection_says_how_it_ended(self, shown: Any) -> None:
        assert connections(shown).said == "Connections: 1. Connection 1: 0.00 s to 4.00 s, FIN."

    def test_recovery_is_drawn_against_its_limit(self, shown: Any) -> None:
        drawn = recovery(shown, [{"name": "recovery_p95", "limit": "<= 5"}])
        assert "after stall, healthy again at 2.00 s" in drawn
        assert "within the limit" in drawn
        assert "limit of recovery_p95" in drawn


def test_a_way_back_over_its_limit_says_so(stream: Any, made: Any) -> None:
    events = [entry for entry in stream(40) if not (entry.kind == "delivered" and 1.0 <= entry.at < 3.0)]
    outage = [
        FaultBegan(at=1.0, step=0, fault="stall"),
        FaultEnded(at=2.0, step=0, fault="stall", evidence={"bytes_held": 1.0}),
    ]
    shown = picture("s1", made([*events, *outage], schedule=(Step(Stall(), 1.0, 2.0),)))
    assert shown is not None
    assert "1 s, over the limit" in recovery(shown, [{"name": "recovery_mean", "limit": "< 0.5"}])


def test_very_many_connections_are_counted_and_not_drawn(stream: Any, made: Any) -> None:
    crowd = [Opened(at=number / 100, connection=number) for number in range(2, 200)]
    shown = picture("s1", made([*stream(), *crowd]))
    assert shown is not None
    lane = connections(shown)
    assert lane.name == "199 connections"
    assert lane.drawn.count("<") < 10


def test_the_delay_of_an_event_is_that_of_its_first_delivery(stream: Any, made: Any) -> None:
    third = next(entry for entry in stream(10) if entry.kind == "delivered" and entry.sequence == 3)
    on_time = [entry for entry in stream(10) if entry != third]
    shown = picture("s1", made([*on_time, replace(third, at=0.6), replace(third, at=0.9)]))
    assert shown is not None
    assert "The longest delay was 400 ms, of an event produced at 0.20 s." in delays(shown)


def test_of_the_other_clients_it_is_drawn_how_many_show_open(stream: Any, made: Any) -> None:
    again = StateShown(at=0.5, client="c2", state="open")  # shown twice, it is still one client
    shown = picture("s1", made([*stream(), *stream(client="c2", connection=2), again]))
    assert shown is not None
    assert "at most 1 of 1 showed open" in others(shown).drawn


@pytest.mark.parametrize(
    ("limit", "observed", "words"),
    [
        ("<= 5", 1.25, "3.75 to spare"),
        ("<= 0", 0, "none to spare"),
        ("<= 0", 3, "missed by 3"),
        (">= 0.995", 0.9, "missed by 0.095"),
        (">= 0.995", 1.0, "0.005 to spare"),
        ("== 2", 3, "missed by 1"),
        ("== 2", 2, "none to spare"),
        ("< 5", None, "not measured"),
    ],
)
def test_a_margin_says_how_far_the_limit_is(limit: str, observed: float | None, words: str) -> None:
    assert margin(limit, observed) == words
