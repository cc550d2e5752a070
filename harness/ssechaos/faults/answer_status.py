"""A balancer that answers by itself: 503 when no backend is ready, 429 for too many requests, 204 for no more."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

import h11

from ssechaos.faults.base import AnswerFault, demand, whole
from ssechaos.model.fault import Disruption, register

if TYPE_CHECKING:
    from collections.abc import Mapping

_FINAL = range(200, 600)
_NO_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.RESET_CONTENT, HTTPStatus.NOT_MODIFIED)


@register("answer_status")
@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerStatus(AnswerFault):
    """Requests on new connections are answered with ``status``, and the connection is closed.

    An EventSource takes 204 as the order to stop for good (WHATWG HTML, section 9.2.3).
    """

    disrupts: ClassVar[Disruption] = Disruption.WHILE_IN_FORCE

    status: int = 503
    retry_after: int | None = None
    """Whole seconds, sent as ``Retry-After`` (RFC 9110, section 10.2.3); None: no such header."""

    def __post_init__(self) -> None:
        AnswerFault.__post_init__(self)
        demand(
            self,
            f"status is that of a final response, {_FINAL[0]} to {_FINAL[-1]}",
            whole(self.status) and self.status in _FINAL,
        )
        soon = self.retry_after is None or whole(self.retry_after, 0)
        demand(self, "retry_after is whole seconds, 0 or more", soon)

    def response(self) -> bytes:
        """The response, with a line of text for whoever looks at it where a body is allowed."""
        body = b"" if self.status in _NO_BODY else f"{self.status} {_reason(self.status)}\n".encode()
        writer = h11.Connection(h11.SERVER)
        writer.receive_data(b"GET / HTTP/1.1\r\nHost: any\r\nConnection: close\r\n\r\n")
        writer.next_event()
        head = h11.Response(status_code=self.status, reason=_reason(self.status), headers=self._headers(body))
        return b"".join(writer.send(event) or b"" for event in (head, h11.Data(data=body), h11.EndOfMessage()))

    def _headers(self, body: bytes) -> list[tuple[str, str]]:
        headers = [("Connection", "close")]
        if self.status != HTTPStatus.NO_CONTENT:
            headers += [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))]
        if self.retry_after is not None:
            headers.append(("Retry-After", str(self.retry_after)))
        return headers

    def shown_by(self, evidence: Mapping[str, float]) -> bool:
        """A request was answered."""
        return evidence.get("answered", 0) >= 1


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unnamed"
