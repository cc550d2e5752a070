"""What aiohttp says when a connection breaks: at once, and in words that don't differ from run to run."""

from __future__ import annotations

import aiohttp


async def without_silent_retry(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Report a broken connection as an error that aiohttp does not answer with a second request of its own."""
    try:
        return await handler(request)
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise ConnectionError(reason(error)) from error


async def next_bytes(content: aiohttp.StreamReader) -> bytes:
    """What comes next of an answer; nothing at its end.

    aiohttp wakes a reader at the end of a chunk, too. When the connection breaks before that one runs, it waits
    again, and is told by a RuntimeError that the connection is closed. The content may know why; it does not when
    what came was no HTTP.

    Raises:
        aiohttp.ClientError: the connection broke.
    """
    try:
        return await content.readany()
    except RuntimeError as error:
        if str(error) != "Connection closed.":
            raise
        raise content.exception() or aiohttp.ClientPayloadError(str(error)) from error


def reason(error: Exception) -> str:
    """Why a request or an answer broke, for a user."""
    match error:
        case aiohttp.ClientConnectorError():
            return f"can't connect to {error.host}:{error.port} ({error.os_error})"
        case aiohttp.ServerDisconnectedError() if not isinstance(error.message, str):
            return "the connection broke in the middle of the answer"  # its message would be the whole answer
        case aiohttp.ClientPayloadError():
            return "the connection broke in the middle of the stream"
        case _:
            return str(error) or type(error).__name__
