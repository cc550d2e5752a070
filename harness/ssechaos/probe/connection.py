"""One connection of a probe: aiohttp's side of a listener, with aiohttp's errors in the probe's words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from ssechaos.client.breaks import next_bytes
from ssechaos.probe.inflating import OFFERED
from ssechaos.probe.observation import Ending, Failure, Head, Obstacle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from ssechaos.probe.listening import Listener

_CONNECT_TIMEOUT = 10.0
"""Seconds for name, TCP and TLS."""
_REDIRECTS = 5
_OBSTACLES: tuple[tuple[type[aiohttp.ClientError], Obstacle], ...] = (
    (aiohttp.ClientConnectorDNSError, Obstacle.NAME),
    (aiohttp.ClientSSLError, Obstacle.TLS),
    (aiohttp.ConnectionTimeoutError, Obstacle.CONNECT_TIMEOUT),
    (aiohttp.ClientConnectorError, Obstacle.UNREACHABLE),
    (aiohttp.TooManyRedirects, Obstacle.REDIRECTS),
    (aiohttp.ClientConnectionError, Obstacle.CLOSED),
)
"""What aiohttp's errors mean; the first that fits does."""


async def listen(url: str, headers: Mapping[str, str], listener: Listener, *, follow: bool) -> None:
    """Open a stream and tell ``listener`` everything, until its deadline or the end.

    Args:
        url: Of the stream.
        headers: To be sent, besides those of every event stream.
        listener: Knows when to leave.
        follow: Whether to follow redirects.
    """
    now = asyncio.get_running_loop().time
    async with _session(listener) as session:
        try:
            async with asyncio.timeout_at(listener.deadline):
                response = await session.get(
                    url, headers=headers, allow_redirects=follow, max_redirects=_REDIRECTS + 1
                )
        except (
            aiohttp.ClientError,
            OSError,
        ) as error:  # its own timeout is both; ours is only OSError's TimeoutError
            if isinstance(error, aiohttp.ClientError):
                listener.failed(_failure(error), now())
            listener.ended(Ending.LEFT, now())
            return
        try:
            listener.answered(_head(response), now())
            await _read(response, listener)
        finally:
            response.close()


async def _read(response: aiohttp.ClientResponse, listener: Listener) -> None:
    now = asyncio.get_running_loop().time
    try:
        while not listener.over and now() < listener.deadline:
            async with asyncio.timeout_at(listener.deadline):
                data = await next_bytes(response.content)
            if data:
                listener.received(data, now())
            else:
                listener.ended(Ending.CLOSED, now())
    except TimeoutError:
        pass
    except (aiohttp.ClientError, OSError) as error:
        listener.ended(Ending.CUT, now(), str(error) or type(error).__name__)
    listener.ended(Ending.LEFT, now())


def _session(listener: Listener) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_tells(listener))
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_TIMEOUT, sock_connect=None),
        auto_decompress=False,  # the sizes of reads are to be those on the wire
        middlewares=(without_silent_retry,),
        trace_configs=[trace],
        headers={"Accept": "text/event-stream", "Accept-Encoding": OFFERED, "Cache-Control": "no-cache"},
    )


def _tells(listener: Listener) -> Callable[..., Awaitable[None]]:
    async def tell(*_: object) -> None:
        listener.connected(asyncio.get_running_loop().time())

    return tell


async def without_silent_retry(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Report a connection that broke before its answer: aiohttp would make a second one, and hide the first."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionError(str(error) or type(error).__name__) from error


def _head(response: aiohttp.ClientResponse) -> Head:
    version = response.version
    return Head(
        at=0.0,
        status=response.status,
        http=f"{version.major}.{version.minor}" if version else "?",
        headers={name.lower(): value for name, value in response.headers.items()},
    )


def _failure(error: aiohttp.ClientError) -> Failure:
    return Failure(_obstacle(error), str(error) or type(error).__name__)


def _obstacle(error: aiohttp.ClientError) -> Obstacle:
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ConnectionRefusedError):
        return Obstacle.REFUSED
    return next((obstacle for kind, obstacle in _OBSTACLES if isinstance(error, kind)), Obstacle.NOT_HTTP)
