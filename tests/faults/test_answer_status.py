from __future__ import annotations

import h11
import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import AnswerStatus


def read(response: bytes) -> tuple[h11.Response, bytes, bytes]:
    """The response's head, its body, and what was left after it."""
    client = h11.Connection(h11.CLIENT)
    client.send(h11.Request(method="GET", target="/", headers=[("Host", "any")]))
    client.send(h11.EndOfMessage())
    client.receive_data(response)
    head = client.next_event()
    assert isinstance(head, h11.Response)
    body = b""
    while isinstance(event := client.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    return head, body, client.trailing_data[0]


@pytest.mark.parametrize("status", [200, 204, 205, 304, 404, 429, 500, 503, 599])
def test_response_is_whole_and_closes_the_connection(status: int) -> None:
    head, _, rest = read(AnswerStatus(status=status).response())
    assert head.status_code == status
    assert dict(head.headers)[b"connection"] == b"close"
    assert rest == b""


def test_retry_after_is_sent_in_seconds() -> None:
    head, body, _ = read(AnswerStatus(status=503, retry_after=3).response())
    assert dict(head.headers)[b"retry-after"] == b"3"
    assert body == b"503 Service Unavailable\n"


def test_no_content_has_neither_body_nor_length() -> None:
    head, body, _ = read(AnswerStatus(status=204).response())
    assert body == b""
    assert b"content-length" not in dict(head.headers)


@pytest.mark.parametrize("settings", [{"status": 100}, {"status": 600}, {"retry_after": -1}, {"times": 0}])
def test_what_no_server_may_answer_is_refused(settings: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="answer_status"):
        AnswerStatus(**settings)


def test_one_answer_proves_it() -> None:
    assert AnswerStatus().shown_by({"answered": 1.0})
    assert not AnswerStatus().shown_by({"answered": 0.0})
