"""The replay core: every event exactly once or inside an announced gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.server import Gap, Replay, Resume
from ssechaos.server.replay import parse_id
from ssechaos.sse import Event


def filled(count: int, limit: int = 100, first: int = 1) -> Replay:
    replay = Replay(limit, first)
    for number in range(count):
        replay.append("content_chunk", f"chunk {number}")
    return replay


def test_ids_begin_at_one_and_grow_by_one() -> None:
    replay = Replay(2)
    assert [replay.append("content_chunk", "x").id for _ in range(5)] == ["1", "2", "3", "4", "5"]


def test_a_stream_may_begin_elsewhere() -> None:
    assert Replay(2, first=8).append("content_chunk", "x").id == "8"


@pytest.mark.parametrize("nothing", [None, ""])
def test_without_an_id_everything_is_replayed(nothing: str | None) -> None:
    assert filled(5).after(nothing) == Resume(1)


def test_an_id_goes_on_at_the_next_event() -> None:
    assert filled(5).after("3") == Resume(4)


def test_zero_means_before_the_first_event() -> None:
    assert filled(5).after("0") == Resume(1)


def test_an_up_to_date_reader_waits_for_the_next_event() -> None:
    replay = filled(5)
    assert replay.after("5") == Resume(6)
    assert replay.read(6) is None


def test_an_evicted_event_is_announced_as_a_gap() -> None:
    assert filled(10, limit=4).after("3") == Resume(7, Gap(4, 6, "evicted"))


def test_the_last_event_before_the_kept_ones_leaves_no_gap() -> None:
    assert filled(10, limit=4).after("6") == Resume(7)


def test_a_new_reader_of_a_stream_without_its_head_is_told_so() -> None:
    assert filled(10, limit=4).after(None) == Resume(7, Gap(1, 6, "evicted"))


@pytest.mark.parametrize("strange", ["6", "99", "abc", "+1", "-1", " 1", "1_0", "١", "9" * 5000, "1.0", "\udcff"])  # noqa: RUF001 -- the point
def test_an_id_that_the_stream_never_gave_out_replays_what_is_kept(strange: str) -> None:
    assert filled(5).after(strange) == Resume(1, Gap(1, 0, "unknown_id"))


def test_an_unknown_id_and_an_evicted_head_make_one_gap() -> None:
    assert filled(10, limit=4).after("x") == Resume(7, Gap(1, 6, "unknown_id"))


def test_an_id_of_an_empty_stream_is_unknown() -> None:
    assert Replay(3).after("1") == Resume(1, Gap(1, 0, "unknown_id"))


def test_a_reader_that_falls_behind_finds_the_gap_where_it_reads() -> None:
    replay = filled(10, limit=4)
    assert replay.read(2) == Gap(2, 6, "evicted")
    assert replay.read(7) == Event("chunk 6", "content_chunk", "7")


def test_what_is_read_twice_is_the_same_event() -> None:
    replay = filled(3)
    assert replay.read(2) is replay.read(2)


@given(st.integers(0, 10**17))
def test_an_id_reads_back_as_its_sequence(sequence: int) -> None:
    assert parse_id(str(sequence)) == sequence


APPEND, READ, RECONNECT = "append", "read", "reconnect"


@given(
    limit=st.integers(1, 6),
    first=st.integers(1, 3),
    moves=st.lists(st.sampled_from([APPEND, APPEND, READ, RECONNECT]), max_size=80),
)
def test_every_event_comes_exactly_once_or_inside_an_announced_gap(
    limit: int, first: int, moves: list[str]
) -> None:
    replay = Replay(limit, first)
    told: list[int] = list(range(1, first))  # the reader of such a stream has what was before it
    cursor = first

    def take_gap(gap: Gap | None) -> None:
        if gap is not None:
            assert gap.reason == "evicted"
            told.extend(range(gap.first, gap.last + 1))

    def read() -> None:
        nonlocal cursor
        match replay.read(cursor):
            case Event(id=str(number), data=data):
                assert data == f"data {number}"
                told.append(int(number))
                cursor += 1
            case Gap() as gap:
                take_gap(gap)
                cursor = gap.last + 1

    for move in moves:
        if move is APPEND:
            replay.append("content_chunk", f"data {replay.next}")
        elif move is READ:
            read()
        else:
            resume = replay.after(str(cursor - 1))
            take_gap(resume.gap)
            cursor = resume.cursor
    while cursor < replay.next:
        read()
    assert told == list(range(1, replay.next))


@given(limit=st.integers(1, 20), count=st.integers(0, 60))
def test_never_more_than_the_limit_is_kept(limit: int, count: int) -> None:
    replay = filled(count, limit)
    kept = [n for n in range(1, replay.next) if isinstance(replay.read(n), Event)]
    assert len(kept) == min(limit, count)
    assert kept == list(range(replay.oldest, replay.next))


@given(last=st.none() | st.text(max_size=4) | st.integers(0, 70).map(str), count=st.integers(0, 60))
def test_a_reader_always_goes_on_inside_what_is_kept(last: str | None, count: int) -> None:
    replay = filled(count, limit=7)
    resume = replay.after(last)
    assert replay.oldest <= resume.cursor <= replay.next
    if resume.gap is not None:
        assert resume.gap.last + 1 == resume.cursor
