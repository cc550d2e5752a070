"""What a client asks of ``GET /stream``: read from query and headers, checked, bounded."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.model import Workload
from ssechaos.server.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_EVENTS = 1_000_000
MAX_SIZE = 256 * 1024
MAX_INTERVAL = 3600.0

_BAD_REQUEST = 400
_WHOLE = re.compile(r"[0-9]{1,9}")
_NAME = re.compile(r"[A-Za-z0-9._:/-]{1,128}")
_TRACE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamQuery:
    """A well-formed request for a stream.

    Attributes:
        workload: What the stream sends, if this request is the one that creates it.
        stream: The name of the stream; None: one of its own.
        last_event_id: As the client sent it, not judged yet; None when it sent none.
        trace_id: The client's trace id; None when it sent none that can be passed on as it is.
    """

    workload: Workload
    stream: str | None = None
    last_event_id: str | None = None
    trace_id: str | None = None


def read_query(query: Mapping[str, str], headers: Mapping[str, str], default: Workload) -> StreamQuery:
    """Read a request; what it leaves out of the workload is as in ``default``.

    Raises:
        RefusalError: a value is malformed or out of bounds (400).
    """
    workload = Workload(
        events=_whole(query, "events", default.events, 1, MAX_EVENTS),
        interval=_interval(query, default.interval),
        size=_whole(query, "size", default.size, 0, MAX_SIZE),
    )
    return StreamQuery(
        workload=workload,
        stream=_name(query.get("stream")),
        last_event_id=last_event_id(query, headers),
        trace_id=_trace_id(headers.get("X-Trace-ID")),
    )


def last_event_id(query: Mapping[str, str], headers: Mapping[str, str]) -> str | None:
    """The id that the client has; the header wins over the query, and an empty one is none."""
    return headers.get("Last-Event-ID") or query.get("last_event_id") or None


def _whole(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise _refuse(name, f"a whole number from {least} to {most}", text)
    return int(text)


def _interval(query: Mapping[str, str], default: float) -> float:
    text = query.get("interval")
    if text is None:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MAX_INTERVAL:  # also refuses nan
        raise _refuse("interval", f"seconds from 0 to {MAX_INTERVAL:g}", text)
    return seconds


def _name(text: str | None) -> str | None:
    if text is not None and not _NAME.fullmatch(text):
        raise _refuse("stream", "1 to 128 letters, digits or any of . _ : / -", text)
    return text


def _trace_id(text: str | None) -> str | None:
    return text if text is not None and _TRACE_ID.fullmatch(text) else None


def _refuse(name: str, wanted: str, got: str) -> RefusalError:
    return RefusalError(_BAD_REQUEST, f"{name} is {wanted}, not {got[:64]!r}")
