"""One end of a proxied connection, where the kernel knows more than the event loop has told yet."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any, cast
from unittest.mock import Mock

from ssechaos.proxy.peer import SocketPeer

if TYPE_CHECKING:
    import pytest


async def test_a_fin_for_a_peer_that_has_just_reset_is_no_failure_of_the_proxy() -> None:
    """shutdown(2) answers ENOTCONN between the arrival of an RST and ``connection_lost``."""
    transport: Any = Mock(spec=asyncio.Transport)
    transport.write_eof.side_effect = OSError(errno.ENOTCONN, "Transport endpoint is not connected")
    peer = SocketPeer(Mock(), memoryview(bytearray(1)))
    peer.connection_made(transport)
    peer.finish()
    transport.write_eof.assert_called_once_with()


async def test_a_peer_that_is_paused_when_it_is_met_is_not_read() -> None:
    """The asyncio of Python 3.11.2 begins to read right after ``connection_made``, whatever was said there."""
    reading: list[bool] = []
    transport: Any = Mock(spec=asyncio.Transport)
    transport.pause_reading.side_effect = lambda: reading.append(False)
    met = asyncio.Event()
    meeting = Mock()
    meeting.met.side_effect = lambda peer: (peer.pause(), met.set())
    SocketPeer(meeting, memoryview(bytearray(1))).connection_made(transport)
    reading.append(True)
    async with asyncio.timeout(5):
        await met.wait()
    assert reading == [True, False]


async def test_what_is_written_to_a_peer_that_has_just_reset_is_dropped_in_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """send(2) fails, and asyncio tells of it later: it complains of the fifth write until then."""
    ours, theirs = socket.socketpair()
    ours.settimeout(0)
    meeting = Mock()
    lost = asyncio.Event()
    meeting.lost.side_effect = lambda _: lost.set()
    with ours:
        transport, peer = await asyncio.get_running_loop().create_connection(
            lambda: Connected(meeting, memoryview(bytearray(1))), sock=ours
        )
        theirs.close()
        for _ in range(20):
            peer.write(b"more")
        await lost.wait()
        transport.close()
    assert not caplog.records


class Connected(SocketPeer):
    """A peer on a socket that knows no TCP options."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.made = self.ready = True
