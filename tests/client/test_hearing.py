"""What is made of a client program's output."""

from __future__ import annotations

import pytest

from ssechaos.client.hearing import Hearing
from ssechaos.client.log import Log
from ssechaos.errors import ProtocolError
from ssechaos.model import Recorder
from ssechaos.model.entries import Clocked, Delivered, Misbehaved
from ssechaos.recording import ClientRecorder


class Heard:
    """A hearing, and what came of it."""

    def __init__(self) -> None:
        self.record = Recorder(lambda: 0.0)
        self.logged: list[str] = []
        application = ClientRecorder(self.record, "c1", self.logged.append)
        self.hearing = Hearing(application, Log(application), now=0.0)

    @property
    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.record.entries]

    @property
    def breaches(self) -> list[str]:
        return [entry.message for entry in self.record.entries if isinstance(entry, Misbehaved)]


@pytest.fixture
def heard() -> Heard:
    return Heard()


def test_all_that_a_client_says_is_told_in_order(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"state","state":"open"}\n{"type":"event","id":"1","data":"x"}\n', 0.1)
    heard.hearing.hear(b'{"type":"notice","message":"x"}\n{"type":"error","message":"y"}\n', 0.2)
    assert heard.kinds == ["state", "delivered", "notice", "error"]
    assert heard.hearing.over


def test_nothing_is_heard_after_the_end(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"done"}\n{"type":"done"}\ngarbage', 0.1)
    heard.hearing.close()
    assert heard.kinds == ["done"]


def test_a_last_line_may_have_no_end(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"done"}', 0.1)
    assert not heard.hearing.over
    heard.hearing.close()
    assert heard.hearing.over


def test_the_clients_own_time_stands_beside_ours(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"event","data":"x","at":1800000000.5}\n', 0.1)
    clocked, delivered = heard.record.entries
    assert isinstance(clocked, Clocked)
    assert clocked.unix == 1_800_000_000.5
    assert isinstance(delivered, Delivered)


def test_an_id_from_the_event_before_is_left_out(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"event","id":"7","data":"x"}\n', 0.1)
    heard.hearing.hear(b'{"type":"event","id":"7","event":"heartbeat","data":""}\n', 0.1)
    assert [entry.sequence for entry in heard.record.entries if isinstance(entry, Delivered)] == [7, None]


def test_garbage_is_quoted_kept_in_the_log_and_does_not_end_the_hearing(heard: Heard) -> None:
    heard.hearing.hear(b'Debugger attached.\n{"type":"done"}\n', 0.1)
    assert heard.breaches == ["printed what is no line of the protocol, not JSON: 'Debugger attached.'"]
    assert heard.logged == ["    0.000 c1 stdout: Debugger attached."]
    assert heard.hearing.unquoted == ""
    assert heard.hearing.over


def test_much_garbage_is_counted(heard: Heard) -> None:
    heard.hearing.hear(b'{"type":"notice","message":""}\n' + b"garbage\n" * 1000, 0.1)
    assert len(heard.breaches) == 3
    assert heard.hearing.unquoted == "and 997 more of its 1001 lines are no lines of the protocol"


def test_a_long_breach_is_quoted_in_short(heard: Heard) -> None:
    heard.hearing.hear(b"\x1b" * 5000 + b"\n", 0.1)
    assert len(heard.breaches[0]) < 600
    assert heard.breaches[0].endswith("'…")
    assert heard.breaches[0].isprintable()


def test_a_flood_is_refused_though_each_line_is_right(heard: Heard) -> None:
    with pytest.raises(ProtocolError, match="flooded the harness: 10000 lines, more than 5000 a second"):
        heard.hearing.hear(b'{"type":"state","state":"open"}\n' * 20_000, 0.0)
    assert len(heard.record.entries) == 10_000


def test_a_fast_replay_is_no_flood(heard: Heard) -> None:
    line = b'{"type":"event","data":"x"}\n'
    for tenth in range(20):
        heard.hearing.hear(line * 500, tenth / 10)
    heard.hearing.hear(line * 9000, 2.0)
    assert len(heard.record.entries) == 19_000
