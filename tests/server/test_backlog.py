"""Which connections take nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ssechaos.server.backlog import Backlog


def test_a_connection_with_nothing_waiting_is_never_stuck() -> None:
    backlog = Backlog(patience=5)
    assert not any(backlog.stuck(now, written=100, unsent=0) for now in range(0, 100, 10))


def test_a_connection_that_takes_nothing_is_stuck_after_the_patience() -> None:
    backlog = Backlog(patience=5)
    assert not backlog.stuck(0, written=100, unsent=60)
    assert not backlog.stuck(4.9, written=100, unsent=60)
    assert backlog.stuck(5, written=100, unsent=60)


def test_more_to_send_is_no_progress() -> None:
    backlog = Backlog(patience=5)
    backlog.stuck(0, written=100, unsent=60)
    assert backlog.stuck(5, written=500, unsent=460)


def test_one_byte_taken_is_progress_even_when_more_was_written() -> None:
    backlog = Backlog(patience=5)
    backlog.stuck(0, written=100, unsent=60)
    assert not backlog.stuck(4, written=500, unsent=459)
    assert not backlog.stuck(8, written=500, unsent=459)
    assert backlog.stuck(9, written=500, unsent=459)


def test_an_emptied_buffer_starts_afresh() -> None:
    backlog = Backlog(patience=5)
    backlog.stuck(0, written=100, unsent=60)
    backlog.stuck(4, written=100, unsent=0)
    assert not backlog.stuck(6, written=200, unsent=100)
    assert not backlog.stuck(10, written=200, unsent=100)
    assert backlog.stuck(11, written=200, unsent=100)


@given(st.lists(st.tuples(st.floats(0, 2), st.integers(0, 9), st.integers(0, 9)), max_size=50))
def test_it_is_never_stuck_too_early(moves: list[tuple[float, int, int]]) -> None:
    backlog, now, written, taken, since = Backlog(patience=5), 0.0, 0, 0, 0.0
    for wait, write, take in moves:
        now += wait
        written += write
        moved = min(take, written - taken)
        taken += moved
        if moved or taken == written:
            since = now
        if backlog.stuck(now, written, written - taken):
            assert now - since >= 5
