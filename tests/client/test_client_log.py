"""The log of a client program."""

from __future__ import annotations

import pytest

from ssechaos.client.log import Log
from ssechaos.model import Recorder
from ssechaos.recording import ClientRecorder


@pytest.fixture
def kept() -> list[str]:
    return []


def log_into(kept: list[str], most: int = 1000) -> Log:
    return Log(ClientRecorder(Recorder(lambda: 0.0), "c1", kept.append), most)


def test_lines_come_with_time_client_and_where_they_are_from(kept: list[str]) -> None:
    log = log_into(kept)
    log.feed(b"one\ntwo")
    log.feed(b" parts\nlast")
    log.close()
    log.keep("stdout", b"garbage")
    assert kept == [
        "    0.000 c1 stderr: one",
        "    0.000 c1 stderr: two parts",
        "    0.000 c1 stderr: last",
        "    0.000 c1 stdout: garbage",
    ]


def test_whatever_a_client_prints_is_safe_to_look_at(kept: list[str]) -> None:
    log_into(kept).feed(b"\x1b[31mred\r\xff\n")
    assert kept == [r"    0.000 c1 stderr: \x1b[31mred\r\xff"]


def test_a_log_that_is_full_says_so_once_and_stays_so(kept: list[str]) -> None:
    log = log_into(kept, most=30)
    for _ in range(10):
        log.feed(b"0123456789\n")
    assert log.full
    assert len(kept) == 3
    assert kept[-1].endswith("the log is full; nothing more is kept")


def test_a_line_without_end_is_cut_into_pieces(kept: list[str]) -> None:
    log = log_into(kept, most=100_000)
    for _ in range(10):
        log.feed(b"x" * 1500)
    assert len(kept) == 5


def test_the_last_words_are_the_last_line_that_says_something(kept: list[str]) -> None:
    log = log_into(kept)
    log.feed(b"Traceback\nKeyError: 'id'\n\n")
    log.keep("stdout", b"not these")
    assert log.last_words == "KeyError: 'id'"
