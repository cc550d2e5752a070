"""One look at a target, without any fault between, so that a dead one is not taken for a finding."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from ssechaos.errors import TargetError

if TYPE_CHECKING:
    from ssechaos.target.asking import Asking

TIMEOUT = 10.0
"""Seconds that a target has to answer."""

_OK = 200


async def look(asking: Asking, name: str) -> None:
    """Ask the target for its stream, and hang up when the head of the answer has come.

    Raises:
        TargetError: it does not stream; says why not.
    """
    try:
        async with asyncio.timeout(TIMEOUT), asking.stream() as answer:
            _judge(answer, name)
    except (aiohttp.ClientError, OSError) as error:  # a TimeoutError is an OSError
        raise TargetError(asking.why(error)) from error


def _judge(answer: aiohttp.ClientResponse, name: str) -> None:
    if answer.status != _OK:
        raise TargetError(f"the target {name} answers {answer.status} {answer.reason}, not 200")
    if answer.content_type != "text/event-stream":
        raise TargetError(
            f"the target {name} is no event stream: its Content-Type is {answer.content_type}, "
            "not text/event-stream"
        )
