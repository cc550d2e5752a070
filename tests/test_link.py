from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.faults import Bandwidth, Cut, Latency, PacketLoss, Slicer, Stall
from ssechaos.faults.base import Direction, End, Pipe, Segment
from ssechaos.installation import Installation
from ssechaos.link import CAPACITY, Link, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class Late(Pipe):
    """Delays what it gets, an RST by nothing."""

    def __init__(self, *delays: float) -> None:
        self.delays = list(delays)

    def feed(self, segment: Segment) -> Iterable[Segment]:
        if segment.end is End.RST:
            return (segment,)
        return (replace(segment, at=segment.at + self.delays.pop(0)),)


class Keeping(Pipe):
    """Keeps what it gets until it is released, or until a tick at 5."""

    lingers = False

    def __init__(self) -> None:
        self.kept: list[Segment] = []
        self.begun: list[float] = []

    @property
    def held(self) -> int:
        return sum(len(segment.data) for segment in self.kept)

    def begin(self, now: float) -> None:
        self.begun.append(now)

    def feed(self, segment: Segment) -> Iterable[Segment]:
        self.kept.append(segment)
        return ()

    def deadline(self) -> float | None:
        return 5.0 if self.kept else None

    def tick(self, now: float) -> Iterable[Segment]:
        return self.release(now)

    def release(self, now: float) -> Iterable[Segment]:
        kept, self.kept = self.kept, []
        return [replace(segment, at=now) for segment in kept]


class Framing(Keeping):
    """Keeping, in a frame that it has to keep up."""

    lingers = True

    def feed(self, segment: Segment) -> Iterable[Segment]:
        return (replace(segment, data=b"[" + segment.data + b"]"),)


def link_of(*pipes: Pipe) -> Link:
    link = Link()
    for place, pipe in enumerate(pipes):
        link.add(place, Stage(pipe))
    return link


def test_link_without_faults_passes_everything_at_once() -> None:
    link = Link()
    link.push(1.0, b"a")
    link.push(2.0, b"b", End.FIN)
    assert link.transparent
    assert link.deadline() == 1.0
    assert link.advance(2.0) == [Segment(1.0, b"a"), Segment(2.0, b"b", End.FIN)]
    assert link.deadline() is None


def test_bytes_leave_when_they_are_due_and_not_before() -> None:
    link = link_of(Late(0.5))
    link.push(1.0, b"a")
    assert link.deadline() == 1.5
    assert link.held == 1
    assert link.advance(1.4) == []
    assert link.advance(1.6) == [Segment(1.5, b"a")]
    assert link.held == 0


def test_what_was_sent_later_leaves_later_even_if_its_pipe_says_otherwise() -> None:
    link = link_of(Late(1.0, 0.1))
    link.push(0.0, b"a")
    link.push(0.1, b"b")
    assert link.advance(2.0) == [Segment(1.0, b"a"), Segment(1.0, b"b")]


def test_driver_that_comes_late_does_not_delay_the_next_fault() -> None:
    link = link_of(Late(1.0), Late(1.0))
    link.push(0.0, b"a")
    assert link.advance(9.0) == [Segment(2.0, b"a")]


def test_pipe_is_told_when_its_time_begins_once() -> None:
    pipe = Keeping()
    link = link_of(pipe)
    link.advance(3.0)
    link.push(4.0, b"a")
    assert pipe.begun == [3.0]


def test_bytes_that_come_before_the_first_advance_begin_the_time_too() -> None:
    pipe = Keeping()
    link_of(pipe).push(4.0, b"a")
    assert pipe.begun == [4.0]


def test_tick_comes_at_its_own_time_however_late_the_driver_is() -> None:
    link = link_of(Keeping(), Late(1.0))
    link.push(0.0, b"a")
    assert link.deadline() == 5.0
    assert link.advance(20.0) == [Segment(6.0, b"a")]


def test_nothing_follows_a_fin() -> None:
    link = link_of(Late(0.0, 0.0, 0.0))
    link.push(0.0, b"a", End.FIN)
    link.push(0.0, b"b")
    link.push(0.0, b"", End.FIN)
    assert link.advance(0.0) == [Segment(0.0, b"a", End.FIN)]
    assert link.held == 0


def test_fault_behind_an_end_is_not_asked_any_more() -> None:
    behind = Keeping()
    link = link_of(Late(0.0, 0.0), behind)
    link.push(0.0, b"a", End.FIN)
    link.push(0.0, b"b")
    link.advance(0.0)
    assert behind.kept == [Segment(0.0, b"a", End.FIN)]


def test_one_rst_may_follow_a_fin() -> None:
    link = link_of(Late(0.0))
    link.push(0.0, b"a", End.FIN)
    link.push(1.0, end=End.RST)
    link.push(1.0, end=End.RST)
    assert link.advance(1.0) == [Segment(0.0, b"a", End.FIN), Segment(1.0, end=End.RST)]


def test_rst_overtakes_and_what_it_overtook_is_gone() -> None:
    link = link_of(Late(1.0, 2.0))
    link.push(0.0, b"a")
    link.push(0.0, b"b")
    link.push(1.5, end=End.RST)
    assert link.advance(9.0) == [Segment(1.0, b"a"), Segment(1.5, end=End.RST)]
    assert link.held == 0


def test_removed_fault_lets_go_of_everything_in_order() -> None:
    link = link_of(Late(3.0, 4.0))
    link.push(0.0, b"a")
    link.push(0.0, b"b")
    link.remove(0, 1.0)
    link.push(1.0, b"c")
    assert link.advance(1.0) == [Segment(1.0, b"a"), Segment(1.0, b"b"), Segment(1.0, b"c")]


def test_rst_that_a_removed_fault_held_does_not_overtake_what_it_held_as_well() -> None:
    link = link_of(Keeping())
    link.push(0.0, b"a")
    link.push(0.0, end=End.RST)
    link.remove(0, 1.0)
    assert link.advance(1.0) == [Segment(1.0, b"a"), Segment(1.0, end=End.RST)]


def test_what_a_removed_fault_held_goes_through_the_faults_behind_it() -> None:
    link = link_of(Keeping(), Late(2.0, 2.0))
    link.push(0.0, b"a")
    link.remove(0, 1.0)
    assert link.advance(2.9) == []
    assert link.advance(3.0) == [Segment(3.0, b"a")]


def test_removal_leaves_the_faults_before_it_alone() -> None:
    link = link_of(Late(5.0), Keeping())
    link.push(0.0, b"a")
    link.remove(1, 1.0)
    assert link.advance(4.0) == []
    assert link.advance(5.0) == [Segment(5.0, b"a")]


def test_pipe_that_lingers_goes_on_under_no_name() -> None:
    link = link_of(Framing())
    link.remove(0, 0.0)
    assert not link.transparent
    link.add(0, Stage(Late(1.0)))
    link.push(0.0, b"a")
    assert link.advance(1.0) == [Segment(1.0, b"[a]")]


def test_added_fault_works_on_what_comes_from_now_on() -> None:
    link = Link()
    link.push(0.0, b"a")
    link.add("late", Stage(Late(1.0)))
    link.push(0.0, b"b")
    assert link.advance(0.5) == [Segment(0.0, b"a")]
    assert link.advance(1.0) == [Segment(1.0, b"b")]


def test_name_is_taken_once() -> None:
    link = link_of(Late())
    with pytest.raises(ValueError, match="has a fault 0 already"):
        link.add(0, Stage(Late()))


def test_full_link_asks_its_driver_to_stop_reading() -> None:
    link = link_of(Keeping())
    link.push(0.0, b"x" * (CAPACITY - 1))
    assert not link.full
    link.push(0.0, b"x")
    assert link.full
    link.remove(0, 1.0)
    assert not link.full


def test_closed_link_holds_nothing_and_its_evidence_stops_waiting() -> None:
    stage = Stage(Keeping())
    link = Link()
    link.add(0, stage)
    link.push(1.0, b"abc")
    link.close(3.0)
    assert (link.held, link.deadline(), link.advance(9.0)) == (0, None, [])
    assert stage.flow.waiting_since() is None
    assert (stage.flow.bytes_held, stage.flow.longest_hold, stage.flow.bytes_out) == (3, 2.0, 0)


def test_flow_is_measured_when_bytes_really_leave() -> None:
    """A driver that comes late makes the hold longer: evidence is what happened, not what was planned."""
    stage = Stage(Late(1.0))
    link = Link()
    link.add(0, stage)
    link.push(0.0, b"a")
    link.advance(1.25)
    assert stage.flow.longest_hold == 1.25


def test_swallowed_bytes_do_not_count_as_waiting() -> None:
    stage = Stage(Pipe())
    link = Link()
    link.add(0, stage)
    link.push(0.0, b"a", End.FIN)
    link.advance(0.0)
    link.push(1.0, b"too late")
    assert stage.flow.waiting_since() is None
    assert stage.flow.bytes_held == 0


def test_bytes_that_an_rst_overtook_wait_no_longer() -> None:
    stage = Stage(Late(5.0))
    link = Link()
    link.add(0, stage)
    link.push(0.0, b"a")
    link.push(1.0, end=End.RST)
    assert stage.flow.waiting_since() is None
    assert (stage.flow.bytes_held, stage.flow.bytes_out) == (1, 0)


KINDS: list[Callable[[], Bandwidth | Latency | PacketLoss | Slicer | Stall]] = [
    lambda: Bandwidth(rate=5000.0),
    lambda: Latency(delay=0.3, jitter=0.3),
    lambda: PacketLoss(share=0.3),
    lambda: PacketLoss(share=0.3, burst=4.0),
    lambda: Slicer(size=7, gap=0.01),
    Stall,
]

ACTS = st.one_of(
    st.tuples(st.just("push"), st.binary(min_size=1, max_size=4000)),
    st.tuples(st.just("add"), st.sampled_from(KINDS)),
    st.tuples(st.just("remove"), st.integers(0, 5)),
    st.tuples(st.just("wait"), st.floats(0, 2)),
)


@given(st.lists(ACTS, max_size=30))
def test_whatever_comes_goes_and_happens_the_bytes_are_an_ordered_prefix_and_in_the_end_all(
    acts: list[tuple[str, object]],
) -> None:
    link, now, sent, out, present = Link(), 0.0, b"", [], []

    def take(until: float) -> None:
        last = 0.0
        while (due := link.deadline()) is not None and due <= until:
            assert due >= last
            last = due
            out.extend(link.advance(due))
        out.extend(link.advance(until))

    for number, (act, value) in enumerate(acts):
        if act == "push" and isinstance(value, bytes):
            sent += value
            link.push(now, value)
        elif act == "wait" and isinstance(value, float):
            now += value
        elif act == "add" and callable(value):
            stage = Installation(value(), f"1:{number}", lambda *_: None).stage(1, Direction.DOWNSTREAM)
            assert stage is not None
            link.add(number, stage)
            present.append(number)
        elif act == "remove" and isinstance(value, int) and value < len(present):
            link.remove(present.pop(value), now)
        take(now)
        got = b"".join(segment.data for segment in out)
        assert sent.startswith(got)
        assert link.held == len(sent) - len(got)
    for number in present:
        link.remove(number, now)
    take(now)
    assert b"".join(segment.data for segment in out) == sent
    assert link.transparent
    assert all(earlier.at <= later.at for earlier, later in pairwise(out))


@given(st.sampled_from(KINDS), st.integers(1, 200), st.lists(st.binary(min_size=1, max_size=100), min_size=1))
def test_bytes_that_come_with_an_rst_are_not_heard_when_it_overtook_others(
    kind: Callable[[], Bandwidth | Latency | PacketLoss | Slicer | Stall], after: int, pushed: list[bytes]
) -> None:
    """Nothing is cut out of the middle: what a reset connection has shown is what was sent first."""
    link, out = Link(), []
    for number, fault in enumerate((Cut(after=after, end=End.RST), kind())):
        stage = Installation(fault, f"1:{number}", lambda *_: None).stage(1, Direction.DOWNSTREAM)
        assert stage is not None
        link.add(number, stage)
    for number, data in enumerate(pushed):
        link.push(number / 1000, data)
        out.extend(link.advance(number / 1000))
    while (due := link.deadline()) is not None:
        out.extend(link.advance(due))
    assert b"".join(pushed).startswith(b"".join(segment.data for segment in out))
