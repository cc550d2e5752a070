from __future__ import annotations

from ssechaos.faults.base import End
from ssechaos.faults.reset_after import ResetAfter


def test_the_first_bytes_light_the_fuse_and_nothing_passes(play):
    played = play(ResetAfter(delay=0.5))
    played.run(10.0)
    for at in (10.0, 10.3, 11.0):
        played.send(at, b"never")
    assert [(at, segment.data, segment.end) for at, segment in played.out] == [(10.5, b"", End.RST)]
    assert played.shown


def test_without_a_delay_the_first_bytes_reset_at_once(play):
    played = play(ResetAfter())
    played.send(3.0, b"never")
    assert [(at, segment.end) for at, segment in played.out] == [(3.0, End.RST)]


def test_silent_connections_are_reset_when_asked_for(play):
    assert play(ResetAfter(delay=0.5, idle_too=True)).run().times == [0.5]


def test_removal_blows_a_fuse_that_has_swallowed_bytes(play):
    played = play(ResetAfter(delay=5.0))
    played.send(0.0, b"never")
    played.remove(1.0)
    assert [(at, segment.end) for at, segment in played.out] == [(1.0, End.RST)]


def test_removal_of_one_that_has_swallowed_nothing_lets_everything_through(play):
    played = play(ResetAfter(delay=5.0, idle_too=True))
    played.remove(1.0)
    played.send(2.0, b"through")
    assert played.data == b"through"
    assert not played.shown


def test_a_reset_of_the_sender_s_own_passes_at_once(play):
    played = play(ResetAfter(delay=5.0))
    played.send(0.0, b"never")
    played.send(1.0, end=End.RST)
    played.run()
    assert [(at, segment.end) for at, segment in played.out] == [(1.0, End.RST)]
