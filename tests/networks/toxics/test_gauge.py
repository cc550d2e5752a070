from __future__ import annotations

import pytest

from ssechaos.faults import Bandwidth, Latency, Slicer, Stall
from ssechaos.faults.base import Direction, Segment
from ssechaos.faults.discard import Discard
from ssechaos.networks.toxics.gauge import Passage, Watch

DOWN, UP = Direction.DOWNSTREAM, Direction.UPSTREAM


def test_delay_is_what_passes_between_the_two_sides():
    passage = Passage()
    passage.enter(DOWN, 10, 1.0)
    passage.leave(DOWN, 10, 1.2)
    evidence = passage.evidence(Latency(delay=0.2), 2.0)
    assert evidence["longest_hold"] == pytest.approx(0.2)
    assert Latency(delay=0.2).shown_by(evidence)
    assert not Latency(delay=0.3).shown_by(evidence)


def test_rate_is_that_of_what_queues_whatever_delay_there_is_beside_it():
    passage = Passage()
    passage.enter(DOWN, 5000, 0.0)
    for place in range(5):
        passage.leave(DOWN, 1000, 3.0 + place)
    evidence = passage.evidence(Bandwidth(rate=1000.0), 10.0)
    assert evidence["rate"] == 1000.0
    assert Bandwidth(rate=1000.0).shown_by(evidence)
    assert not Bandwidth(rate=900.0).shown_by(evidence)


def test_rate_of_single_pieces_is_over_the_time_that_they_were_inside():
    passage = Passage()
    passage.enter(DOWN, 1000, 0.0)
    passage.leave(DOWN, 1000, 2.0)
    assert passage.evidence(Bandwidth(), 9.0)["rate"] == 500.0


def test_what_never_comes_out_was_held_until_now_and_is_gone_when_no_connection_lives():
    passage = Passage()
    passage.enter(DOWN, 10, 1.0)
    evidence = passage.evidence(Stall(), 6.0)
    assert (evidence["bytes_held"], evidence["longest_hold"]) == (10, 5.0)
    assert Stall().shown_by(evidence)
    passage.forget(7.0)
    assert passage.evidence(Stall(), 60.0)["longest_hold"] == 6.0
    assert Discard().shown_by(passage.evidence(Discard(), 60.0))


def test_bytes_that_were_inside_before_are_nobodys_evidence():
    passage = Passage()
    passage.leave(DOWN, 100, 1.0)
    evidence = passage.evidence(Discard(), 2.0)
    assert (evidence["bytes"], evidence["bytes_discarded"], evidence["longest_hold"]) == (0, 0, 0)
    assert not Discard().shown_by(evidence)


def test_more_pieces_than_segments_show_a_slicer():
    passage = Passage()
    passage.enter(UP, 3, 1.0)
    for _ in range(3):
        passage.leave(UP, 1, 1.0)
    assert Slicer().shown_by(passage.evidence(Slicer(), 2.0))


def test_only_the_fault_s_direction_counts():
    passage = Passage()
    passage.enter(UP, 3, 1.0)
    assert passage.evidence(Stall(direction=DOWN), 9.0)["bytes_held"] == 0


def test_a_watch_tells_and_changes_nothing():
    told = []
    stage = Watch(lambda *what: told.append(what)).stage(4, DOWN)
    segment = Segment(1.5, b"abc")
    assert list(stage.pipe.feed(segment)) == [segment]
    stage.pipe.feed(Segment(2.0, end=None))
    assert told == [(4, DOWN, 3, 1.5)]
