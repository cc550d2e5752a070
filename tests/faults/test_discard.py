from __future__ import annotations

from ssechaos.faults.base import End
from ssechaos.faults.discard import Discard


def test_bytes_are_gone_and_the_silence_after_the_last_ends_the_connection(play):
    played = play(Discard(timeout=1.0))
    for at in (0.0, 0.9, 1.8):
        played.send(at, b"gone")
    played.run()
    assert [(at, segment.data, segment.end) for at, segment in played.out] == [(2.8, b"", End.FIN)]
    assert played.struck == ["cut"]
    assert played.evidence["bytes_discarded"] == 12


def test_a_silent_connection_ends_too(play):
    assert play(Discard(timeout=1.0)).run().times == [1.0]


def test_without_a_timeout_only_the_end_of_the_fault_ends_it(play):
    played = play(Discard())
    played.send(0.0, b"gone")
    played.run(1000.0)
    assert not played.out
    played.remove(1000.0)
    assert played.ends == [End.FIN]


def test_the_sender_s_own_end_passes_and_is_the_only_one(play):
    played = play(Discard(timeout=1.0))
    played.send(0.5, b"gone", End.FIN)
    played.run(10.0).remove(10.0)
    assert [(at, segment.end) for at, segment in played.out] == [(0.5, End.FIN)]
