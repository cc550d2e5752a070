"""What the head of a response means: the stream opens, the client comes back later, or it never will.

WHATWG HTML standard, section 9.2.3 (only 200 with the right media type opens; 204 ends the stream) and RFC 9110,
section 15. Further than the standard, which gives up on every other status, those that say "not now" are tried
again: 408, 425, 429 and 5xx.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_NOT_NOW = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a response; ``headers`` go by lower-case names."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a response is no stream. ``final``: it makes no sense to try again."""

    reason: str
    final: bool
    retry_after: float = 0.0
    """The server wants to be left alone for this many seconds."""


def trouble(head: Head) -> Trouble | None:
    """Why this response is no stream, or None when it is one."""
    if head.status == HTTPStatus.OK:
        return _wrong_type(head)
    if head.status in _NOT_NOW or head.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Trouble(f"the server answered {_name(head.status)}", final=False, retry_after=_retry_after(head))
    return Trouble(_final_reason(head.status), final=True)


def silence_threshold(head: Head) -> float | None:
    """Seconds of silence that the server wants taken as a stall (``X-Silence-Threshold``), if it says so."""
    try:
        seconds = float(head.headers.get("x-silence-threshold", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds > 0 else None


def counts_from_one(head: Head) -> bool:
    """Whether the server keeps this project's contract, in which the ids of a stream count from 1."""
    return "x-stream-max-seconds" in head.headers


def _wrong_type(head: Head) -> Trouble | None:
    media_type = head.headers.get("content-type", "").partition(";")[0].strip()
    if media_type.lower() == "text/event-stream":
        return None
    found = f"is {media_type!r}" if media_type else "has no media type"
    return Trouble(f"the answer {found}, not text/event-stream: this URL is no event stream", final=True)


def _final_reason(status: int) -> str:
    if status == HTTPStatus.NO_CONTENT:
        return "the server ended the stream (204 No Content) before it was complete"
    if status in _REDIRECTS:
        return f"the server redirects ({status}) without saying where to: its Location header is missing"
    return f"the server refuses the stream with {_name(status)}; check the URL"


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _retry_after(head: Head) -> float:
    """Seconds that ``Retry-After`` asks for (RFC 9110, section 10.2.3), 0 when it does not or can't be read.

    A date is compared with the response's own ``Date``, as two clocks never agree.
    """
    value = head.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until, since = _date(value), _date(head.headers.get("date", ""))
    if until is None or since is None:
        return 0.0
    return max(0.0, until.timestamp() - since.timestamp())


def _date(value: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)  # "-0000" gives no zone, and means UTC
