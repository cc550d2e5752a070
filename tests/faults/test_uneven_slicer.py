from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import UsageError
from ssechaos.faults.base import End
from ssechaos.faults.uneven_slicer import UnevenSlicer, pieces


@given(data=st.binary(max_size=500), average=st.integers(1, 40), share=st.floats(0, 0.99), seed=st.integers(0, 99))
def test_pieces_are_the_bytes_and_none_is_too_large(data, average, share, seed):
    variation = int(average * share)
    cut = list(pieces(data, average, variation, Random(seed)))
    assert b"".join(cut) == data
    assert all(1 <= len(piece) <= average + variation for piece in cut)


def test_pieces_vary(play):
    played = play(UnevenSlicer(average=32, variation=16))
    played.send(0.0, bytes(2000))
    played.run()
    sizes = {len(segment.data) for _, segment in played.out}
    assert len(sizes) > 3
    assert played.shown


def test_pieces_leave_one_after_the_other_and_the_end_behind_them(play):
    played = play(UnevenSlicer(average=1, gap=0.1))
    played.send(0.0, b"abcd", End.FIN)
    played.run()
    assert played.times == pytest.approx([0.0, 0.1, 0.2, 0.3, 0.3])
    assert played.ends == [End.FIN]


def test_a_variation_that_could_leave_nothing_is_refused():
    with pytest.raises(UsageError, match="less than average"):
        UnevenSlicer(average=4, variation=4)
