"""One end of a proxied connection, where the kernel knows more than the event loop has told yet."""

from __future__ import annotations

import asyncio
import errno
from typing import Any
from unittest.mock import Mock

from ssechaos.proxy.peer import SocketPeer


def test_a_fin_for_a_peer_that_has_just_reset_is_no_failure_of_the_proxy() -> None:
    """shutdown(2) answers ENOTCONN between the arrival of an RST and ``connection_lost``."""
    transport: Any = Mock(spec=asyncio.Transport)
    transport.write_eof.side_effect = OSError(errno.ENOTCONN, "Transport endpoint is not connected")
    peer = SocketPeer(Mock(), memoryview(bytearray(1)))
    peer.connection_made(transport)
    peer.finish()
    transport.write_eof.assert_called_once_with()
