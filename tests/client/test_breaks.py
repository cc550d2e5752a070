"""What aiohttp says when a connection breaks in the middle of an answer."""

from __future__ import annotations

import asyncio
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp.base_protocol import BaseProtocol

from ssechaos.client.breaks import next_bytes

BROKEN = aiohttp.ClientPayloadError("broken off")


async def between_two_chunks() -> tuple[aiohttp.StreamReader, Mock]:
    """Content whose reader has taken all of a chunk, but for its end."""
    protocol = Mock(spec=BaseProtocol, connected=True)
    content = aiohttp.StreamReader(protocol, 2**16, loop=asyncio.get_running_loop())
    content.begin_http_chunk_receiving()
    content.feed_data(b"all of it")
    assert await next_bytes(content) == b"all of it"
    return content, protocol


async def test_a_break_behind_the_end_of_a_chunk_is_told_with_its_reason() -> None:
    content, protocol = await between_two_chunks()
    reading = asyncio.create_task(next_bytes(content))
    await asyncio.sleep(0)
    content.end_http_chunk_receiving()  # wakes the reader, and before it runs
    content.set_exception(BROKEN)
    protocol.connected = False
    with pytest.raises(aiohttp.ClientPayloadError, match="broken off"):
        await reading


async def test_a_break_of_which_the_content_knows_nothing_is_one_all_the_same() -> None:
    content, protocol = await between_two_chunks()
    protocol.connected = False
    with pytest.raises(aiohttp.ClientPayloadError):
        await next_bytes(content)


async def test_a_mistake_of_our_own_stays_one() -> None:
    content, _ = await between_two_chunks()
    first = asyncio.create_task(next_bytes(content))
    await asyncio.sleep(0)
    with pytest.raises(RuntimeError, match="already waiting"):
        await next_bytes(content)
    first.cancel()
