"""``POST /beacon``: a page tells how its stream went, with ``navigator.sendBeacon`` when the stream is over.

Anybody can post anything, so all of it is bounded and checked. Pages of other sites are refused: a browser says
where a request comes from in Origin (RFC 6454, section 7) and Sec-Fetch-Site, and JSON is no content type that a
page may send elsewhere without asking first.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web

from ssechaos.server.experience import Experience
from ssechaos.server.refusal import RefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BYTES = 16_384
MOST_TIMES = 500
"""Reconnects that one beacon may tell of."""
MOST_COUNTED = 10_000_000
"""The largest number that is believed of one stream."""
MOST_SECONDS = 86_400.0
PATIENCE = 5.0
"""Seconds that a body may take to arrive."""

_COUNTS = ("delivered", "lost", "duplicates", "stalls", "visible_errors")
_KEYS = frozenset({"completed", "reconnect_seconds", *_COUNTS})

_BAD_REQUEST, _FORBIDDEN, _TIMEOUT, _TOO_LARGE, _UNSUPPORTED = 400, 403, 408, 413, 415
_NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Beacon:
    """How one stream went, as its page tells it."""

    completed: bool
    experience: Experience


class BeaconHandler:
    """Answers ``POST /beacon``.

    Args:
        take: Is given each beacon that is in order.
        answered: Is told the status of every answer.
    """

    def __init__(self, take: Callable[[Beacon], None], answered: Callable[[int], None]) -> None:
        self._take = take
        self._answered = answered

    async def answer(self, request: web.Request) -> web.Response:
        """204, or why not."""
        try:
            _refuse_strangers(request)
            beacon = read_beacon(await _body(request))
        except RefusalError as refused:
            self._answered(refused.status)
            return refused.response()
        self._take(beacon)
        self._answered(_NO_CONTENT)
        return web.Response(status=_NO_CONTENT)


def read_beacon(body: bytes) -> Beacon:
    """Read the JSON object ``{"completed": bool, "delivered": n, … "reconnect_seconds": [n, …]}``.

    Raises:
        RefusalError: it is not exactly that; says what is wrong (400).
    """
    told = _object(body)
    if told.keys() != _KEYS:
        raise _wrong(f"its keys are {', '.join(sorted(_KEYS))}, no more and no fewer")
    if not isinstance(told["completed"], bool):
        raise _wrong("completed is true or false")
    times = told["reconnect_seconds"]
    if not isinstance(times, list) or len(times) > MOST_TIMES:
        raise _wrong(f"reconnect_seconds is a list of at most {MOST_TIMES} numbers")
    experience = Experience(
        reconnect_seconds=tuple(_seconds(time) for time in times),
        **{name: _count(name, told[name]) for name in _COUNTS},
    )
    return Beacon(told["completed"], experience)


def _refuse_strangers(request: web.Request) -> None:
    if not _same_origin(request):
        raise RefusalError(_FORBIDDEN, "a beacon comes from a page of this server, not from another site")
    if request.content_type != "application/json":
        raise RefusalError(_UNSUPPORTED, "a beacon is application/json")


def _same_origin(request: web.Request) -> bool:
    """As the browser says. A reverse proxy may change Host: Origin counts only where there is nothing better."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site == "same-origin"
    return origin is None or urlsplit(origin).netloc.lower() == request.host.lower()


async def _body(request: web.Request) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > MOST_BYTES:
                    raise RefusalError(_TOO_LARGE, f"a beacon has at most {MOST_BYTES} bytes")
    except TimeoutError as error:
        raise RefusalError(_TIMEOUT, f"the beacon did not arrive within {PATIENCE:g} s") from error
    return bytes(body)


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _wrong("it is no JSON") from error
    if not isinstance(told, dict):
        raise _wrong("it is no JSON object")
    return told


def _count(name: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_COUNTED:
        raise _wrong(f"{name} is a whole number from 0 to {MOST_COUNTED}")
    return value


def _seconds(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= MOST_SECONDS:  # nan is in no range
        raise _wrong(f"reconnect_seconds has numbers from 0 to {MOST_SECONDS:g}")
    return float(value)


def _wrong(what: str) -> RefusalError:
    return RefusalError(_BAD_REQUEST, f"not a beacon: {what}")
