from __future__ import annotations

import pytest

from ssechaos.faults.base import End
from ssechaos.faults.slow_close import SlowClose


@pytest.mark.parametrize("end", End)
def test_only_the_end_is_late(play, end):
    played = play(SlowClose(delay=2.0))
    played.send(1.0, b"last bytes", end)
    played.run()
    assert [(at, segment.data, segment.end) for at, segment in played.out] == [
        (1.0, b"last bytes", None),
        (3.0, b"", end),
    ]
    assert played.shown


def test_without_an_end_there_is_no_evidence(play):
    played = play(SlowClose())
    played.send(0.0, b"x")
    assert not played.shown
