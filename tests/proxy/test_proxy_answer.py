"""Reading a request, giving one answer."""

from __future__ import annotations

from typing import Any

import pytest

from ssechaos.faults.base import End
from ssechaos.proxy.answer import Answer, Answerer

REQUEST = b"GET /stream HTTP/1.1\r\nHost: example.org\r\n\r\n"


class Sent:
    """Stands where the relay to the client would."""

    def __init__(self) -> None:
        self.pushed: list[Any] = []

    def push(self, data: bytes = b"", end: End | None = None) -> None:
        self.pushed.append((data, end))

    def finish(self) -> None:
        self.pushed.append("finished")


@pytest.fixture
def struck() -> list[Any]:
    return []


@pytest.fixture
def answerer(faults: Any, struck: list[Any]) -> Answerer:
    answer = Answer(faults.Unavailable(), lambda *what: struck.append(what))
    answerer = Answerer(answer, 7)
    answerer.sends = Sent()  # type: ignore[assignment]
    return answerer


def test_a_request_is_answered_once_its_head_is_whole(answerer: Any, faults: Any, struck: list[Any]) -> None:
    for byte in REQUEST[:-1]:
        answerer.write(bytes([byte]))
    assert answerer.sends.pushed == []
    answerer.write(REQUEST[-1:])
    assert answerer.sends.pushed == [(faults.Unavailable.answer, End.FIN)]
    assert struck == [(7, "answered")]


def test_a_body_and_a_second_request_are_ignored(answerer: Any) -> None:
    answerer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbo")
    answerer.write(b"dy")
    answerer.write(REQUEST)
    assert len(answerer.sends.pushed) == 1


@pytest.mark.parametrize("nonsense", [b"\x16\x03\x01\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 100_000])
def test_what_is_no_request_is_reset(answerer: Any, nonsense: bytes) -> None:
    answerer.write(nonsense)
    assert answerer.sends.pushed == [(b"", End.RST)]


def test_a_client_that_asks_nothing_gets_an_end(answerer: Any) -> None:
    answerer.finish()
    assert answerer.sends.pushed == ["finished"]


def test_an_answer_without_times_never_runs_out(faults: Any) -> None:
    answer = Answer(faults.Unavailable(), lambda *_: None)
    assert all(answer.claim() for _ in range(100))


def test_an_answer_with_times_runs_out(faults: Any) -> None:
    answer = Answer(faults.Unavailable(times=1), lambda *_: None)
    assert [answer.claim() for _ in range(3)] == [True, False, False]
