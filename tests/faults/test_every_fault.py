"""What holds for every fault in the registry, those to come included."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import FrozenInstanceError, fields
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ssechaos.faults  # noqa: F401 - fills the registry
from ssechaos.errors import UsageError
from ssechaos.faults.base import (
    AnswerFault,
    Direction,
    End,
    LinkFault,
    PathFault,
    PipeContext,
    Segment,
    ServerFault,
)
from ssechaos.installation import Installation
from ssechaos.link import CAPACITY, Link
from ssechaos.model import FAULTS, Disruption, Fault, fault_from_json

if TYPE_CHECKING:
    from collections.abc import Callable

ALL = [fault() for _, fault in sorted(FAULTS.items())]
ON_LINKS = [fault for fault in ALL if isinstance(fault, LinkFault)]
ON_PATHS = [fault for fault in ALL if isinstance(fault, PathFault)]
ONLY_LATE = [fault for fault in ON_LINKS if fault.keeps_bytes]

EVENTS = [b"id: %d\nevent: content_chunk\ndata: %s\n\n" % (number, b"x" * 40) for number in range(1, 60)]
STREAM = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in EVENTS)
    + b"0\r\n\r\n"
)
NO_HTTP = bytes(range(256)) * 20

every_fault = pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.kind)
every_link_fault = pytest.mark.parametrize("fault", ON_LINKS, ids=lambda fault: fault.kind)
every_late_fault = pytest.mark.parametrize("fault", ONLY_LATE, ids=lambda fault: fault.kind)
both_contents = pytest.mark.parametrize("content", [STREAM, NO_HTTP], ids=["http", "no_http"])


def cut_up(content: bytes, size: int = 97) -> list[bytes]:
    return [content[start : start + size] for start in range(0, len(content), size)]


def link_with(*faults: LinkFault, seed: str = "7") -> Link:
    link = Link()
    for place, fault in enumerate(faults):
        stage = Installation(fault, f"{seed}:{place}", lambda *_: None).stage(1, Direction.DOWNSTREAM)
        assert stage is not None
        link.add(place, stage)
    return link


# --- settings -------------------------------------------------------------------------------------------------


@every_fault
def test_settings_come_back_from_json(fault: Fault) -> None:
    assert fault_from_json(fault.kind, json.loads(json.dumps(fault.settings()))) == fault


@every_fault
def test_fault_is_a_frozen_value_without_room_for_more(fault: Fault) -> None:
    assert not hasattr(fault, "__dict__")
    for setting in fields(fault):
        with pytest.raises(FrozenInstanceError):
            setattr(fault, setting.name, None)


@every_fault
def test_unknown_setting_is_refused(fault: Fault) -> None:
    with pytest.raises(UsageError, match=fault.kind):
        fault_from_json(fault.kind, {"no_such_setting": 1})


@every_fault
@pytest.mark.parametrize("nonsense", ["soon", -1, float("nan"), float("inf")])
def test_nonsense_in_a_setting_is_a_usage_error(fault: Fault, nonsense: Any) -> None:
    for setting in fields(fault):
        if not isinstance(getattr(fault, setting.name), bool):
            try:
                made = fault_from_json(fault.kind, {setting.name: nonsense})
            except UsageError:
                continue
            pytest.fail(f"{made} was accepted")


@every_fault
def test_fault_is_described_and_belongs_to_a_family(fault: Fault) -> None:
    assert fault.__doc__
    assert fault.__doc__.strip()
    assert isinstance(fault.disrupts, Disruption)
    assert isinstance(fault, LinkFault | PathFault | AnswerFault | ServerFault)


@every_fault
def test_no_evidence_proves_nothing(fault: Fault) -> None:
    names = [
        "bytes",
        "bytes_held",
        "longest_hold",
        "packets",
        "events",
        "connections_broken",
        "answered",
        "crashes",
    ]
    assert not fault.shown_by({})
    assert not fault.shown_by(dict.fromkeys(names, 0.0))
    assert not fault.shown_by({"bytes": 1000.0, "packets": 1.0, "events": 1.0, "segments": 1.0})


@pytest.mark.parametrize("fault", ON_PATHS, ids=lambda fault: fault.kind)
def test_path_fault_that_leaves_something_behind_leaves_link_faults(fault: PathFault) -> None:
    assert all(isinstance(left, LinkFault) for left in fault.afterwards())


# --- pipes ----------------------------------------------------------------------------------------------------


@every_link_fault
@both_contents
def test_pipe_never_answers_with_the_past_and_counts_what_it_holds(fault: LinkFault, content: bytes) -> None:
    dice = Random(7)
    context = PipeContext(Direction.DOWNSTREAM, dice, Counter(), lambda _: None, fault.common())
    pipe = fault.pipe(context)
    pipe.begin(1.0)
    for place, piece in enumerate(cut_up(content)):
        now = 1.0 + place * 0.001
        while (due := pipe.deadline()) is not None and due <= now:
            assert all(segment.at >= due for segment in pipe.tick(due))
            later = pipe.deadline()
            assert later is None or later >= due
        before = pipe.held
        left = list(pipe.feed(Segment(now, piece)))
        assert all(segment.at >= now for segment in left)
        assert pipe.held >= 0
        if fault.keeps_bytes:
            assert pipe.held == before + len(piece) - sum(len(segment.data) for segment in left)
    rest = list(pipe.release(2.0))
    assert pipe.held == 0
    assert all(segment.at <= 2.0 for segment in rest)


@every_link_fault
@both_contents
def test_driver_is_never_sent_round_in_circles(fault: LinkFault, content: bytes, play: Callable[..., Any]) -> None:
    played = play(fault)
    for place, piece in enumerate(cut_up(content)):
        played.send(place * 0.001, piece)
    played.send(1.0, end=End.FIN)
    played.run()
    assert played.link.deadline() is None


@every_late_fault
@both_contents
def test_fault_that_only_delays_keeps_every_byte_in_order(
    fault: LinkFault, content: bytes, play: Callable[..., Any]
) -> None:
    played = play(fault)
    for place, piece in enumerate(cut_up(content)):
        played.send(place * 0.001, piece)
    played.send(1.0, end=End.FIN)
    played.run(100.0).remove(100.0)
    assert played.data == content
    assert played.ends == [End.FIN]
    assert played.times == sorted(played.times)
    assert played.link.held == 0


@every_late_fault
@both_contents
@pytest.mark.parametrize("moment", [0.0, 0.0105, 0.02])
def test_removal_releases_everything_at_once(
    fault: LinkFault, content: bytes, moment: float, play: Callable[..., Any]
) -> None:
    played = play(fault)
    pieces = cut_up(content)[:20]
    for place, piece in enumerate(pieces):
        if place * 0.001 <= moment:
            played.send(place * 0.001, piece)
    played.remove(moment)
    assert played.data == played.sent
    assert played.link.transparent
    assert played.link.deadline() is None


@every_link_fault
@both_contents
def test_after_a_reset_nothing_follows_and_nothing_is_held(
    fault: LinkFault, content: bytes, play: Callable[..., Any]
) -> None:
    played = play(fault)
    for piece in cut_up(content)[:10]:
        played.send(0.0, piece)
    played.send(0.001, end=End.RST)
    played.run(100.0).remove(100.0)
    assert len(played.ends) == 1
    assert played.out[-1][1].end is (played.ends[0] if played.struck else End.RST)
    assert played.link.held == 0
    assert content.startswith(played.data) or not fault.keeps_bytes


@every_link_fault
def test_same_seed_same_result(fault: LinkFault, play: Callable[..., Any]) -> None:
    runs = [play(fault), play(fault)]
    for played in runs:
        for place, piece in enumerate(cut_up(STREAM)):
            played.send(place * 0.01, piece)
        played.run(50.0)
    assert runs[0].out == runs[1].out
    assert runs[0].evidence == runs[1].evidence


@every_link_fault
def test_link_that_is_full_empties_by_itself_or_when_the_fault_is_over(
    fault: LinkFault, play: Callable[..., Any]
) -> None:
    """A fault that waits for more than the link takes would wait for ever."""
    played = play(fault)
    head, big = STREAM[: STREAM.index(b"\r\n\r\n") + 4], b"x" * 50_000
    pieces = [head, *[b"%x\r\n%b\r\n" % (len(big), big)] * 8]
    for piece in pieces:
        if not played.link.full:
            played.send(0.0, piece)
    played.run(100.0)
    if played.link.held >= CAPACITY:
        played.remove(100.0)
    assert not played.link.full


# --- chains ---------------------------------------------------------------------------------------------------


@given(
    faults=st.lists(st.sampled_from(ONLY_LATE), min_size=3, max_size=3),
    pieces=st.lists(st.tuples(st.floats(0, 0.3), st.binary(min_size=1, max_size=3000)), max_size=12),
    removals=st.lists(st.floats(0, 5), min_size=3, max_size=3),
)
def test_any_three_faults_in_a_chain_keep_the_bytes_whole(
    faults: list[LinkFault], pieces: list[tuple[float, bytes]], removals: list[float]
) -> None:
    link, out, now = link_with(*faults), [], 0.0
    for gap, data in pieces:
        now += gap
        link.push(now, data)
        out += link.advance(now)
    for place, gap in enumerate(removals):
        end = now + gap
        while (due := link.deadline()) is not None and due <= end:
            out += link.advance(due)
        now = end
        link.remove(place, now)
        out += link.advance(now)
    assert b"".join(segment.data for segment in out) == b"".join(data for _, data in pieces)
    assert all(earlier.at <= later.at for earlier, later in pairwise(out))
    assert link.transparent
