from __future__ import annotations

from itertools import pairwise

from ssechaos.faults.base import End
from ssechaos.faults.jitter import Jitter


def test_some_bytes_take_no_time_and_none_takes_more_than_the_most(play):
    played = play(Jitter(delay=0.1, jitter=0.4))
    for number in range(400):
        played.send(float(number), b"x")
    played.run()
    took = [at - number for number, at in enumerate(played.times)]
    assert 0.25 <= sum(one == 0 for one in took) / len(took) <= 0.5
    assert 0.45 <= max(took) <= 0.5
    assert played.shown


def test_order_is_kept_and_a_reset_overtakes_nothing(play):
    played = play(Jitter(delay=0.0, jitter=1.0))
    for number in range(50):
        played.send(number * 0.01, b"%02d" % number)
    played.send(0.5, end=End.RST)
    played.run()
    assert played.data == played.sent
    assert all(earlier <= later for earlier, later in pairwise(played.times))
    assert played.ends == [End.RST]
