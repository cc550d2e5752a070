"""When a server says that it sent an event: the one sure sign, for a server of others, that events were held.

Only differences of such times are used, so the clocks need not agree.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ssechaos.probe.observation import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_UNIX = (
    "timestamp",
    "ts",
    "time",
    "sent_at",
    "sentAt",
    "sent",
    "created_at",
    "createdAt",
    "created",
    "date",
    "at",
)
"""Fields that hold Unix or ISO 8601 times where servers send any."""
_SECONDS = ("uptime_seconds",)
"""Fields that count seconds since the stream began."""
_LONGEST = 64 * 1024
_UNITS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3), (1e9, 1.0))
"""From which number on a Unix time is one of nano-, micro-, milliseconds or seconds, as between 2001 and 5138."""


def stamp_of(data: str) -> Stamp | None:
    """The time of sending in an event's data, which is JSON with a known field on its first or second level."""
    if len(data) > _LONGEST or not data.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for fields in _objects(value):
        if (stamp := _first(fields)) is not None:
            return stamp
    return None


def _objects(value: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield value
    yield from (inner for inner in value.values() if isinstance(inner, dict))


def _first(fields: Mapping[str, Any]) -> Stamp | None:
    for name in (*_UNIX, *_SECONDS):
        if name in fields:
            seconds = _number(fields[name]) if name in _SECONDS else _unix(fields[name])
            if seconds is not None:
                return Stamp(name, seconds)
    return None


def _unix(value: Any) -> float | None:
    number = _number(value)
    if number is None:
        return _iso(value)
    return next((number / unit for least, unit in _UNITS if number >= least), None)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _iso(value: Any) -> float | None:
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
