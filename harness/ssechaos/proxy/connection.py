"""One client's connection through the proxy: two peers, a relay each way, and the rules of how it ends.

A FIN is passed on in its turn, and the connection is over when one went each way. An RST from either peer, or from
a fault, resets both. When a fault ends a direction whose sender has not ended it, the connection is cut: the
receiver gets the end, the sender is reset. A dead connection is told to nobody: its sockets stay open, unread.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Protocol

from ssechaos.faults.base import Direction, End, Strike
from ssechaos.proxy.answer import Answerer
from ssechaos.proxy.peer import SocketPeer
from ssechaos.proxy.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ssechaos.installation import Installation
    from ssechaos.proxy.answer import Answer

CONNECT_TIMEOUT = 10.0
"""Seconds that the server has to accept a connection; then the client is reset."""


class Keeper(Protocol):
    """The proxy, as a connection sees it."""

    upstream: tuple[str, int]
    buffer: memoryview
    """What all sockets read into, one after the other."""

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Set a timer, by the event loop's clock."""

    def over(self, connection: Connection, how: str) -> None:
        """A connection is over; its sockets may take a moment more to close."""

    def gone(self, connection: Connection) -> None:
        """Nothing is left of a connection."""

    def broke(self, error: Exception) -> None:
        """A fault raised an error."""


class Connection:
    """One client's connection, born when it is accepted."""

    def __init__(self, number: int, keeper: Keeper, answer: Answer | None = None) -> None:
        """With an ``answer`` no server is asked: requests are answered here."""
        self.number = number
        self.call_at = keeper.call_at
        self._keeper = keeper
        self._dead = False
        self._over = False
        self._passed: set[Direction] = set()
        self._reaching: asyncio.Task[None] | None = None
        self.client = SocketPeer(self, keeper.buffer)
        self.server = Answerer(answer, number) if answer else SocketPeer(self, keeper.buffer)
        self.up = Relay(self, Direction.UPSTREAM, self.client, self.server)
        self.down = Relay(self, Direction.DOWNSTREAM, self.server, self.client)
        self.client.sends = self.server.receives = self.up
        self.client.receives = self.server.sends = self.down

    # What the proxy calls.

    def add(self, key: Hashable, installation: Installation) -> None:
        """Put a link fault into both directions."""
        self.up.add(key, installation)
        self.down.add(key, installation)

    def remove(self, key: Hashable, installation: Installation) -> None:
        """Take a link fault out; what it held goes on."""
        for relay in (self.up, self.down):
            if installation.fault.direction.covers(relay.direction):
                relay.remove(key)

    @property
    def live(self) -> bool:
        """Whether it is not over."""
        return not self._over

    def strike(self, strike: Strike) -> None:
        """Break a live connection in one of two ways."""
        if strike is Strike.DEAD:
            self._dead = True
            self._finish(strike.value)
        else:
            self.reset()

    def close(self) -> None:
        """End both ways with FIN, after what was written; a dead connection with RST."""
        if self._dead:
            self.reset()
        elif not self._over:
            self._finish(End.FIN.value)
            self.client.close()
            self.server.close()

    def reset(self) -> None:
        """Reset both ways at once, also when the connection is over and only slow to close."""
        self._finish(End.RST.value)
        self._dead = False
        self.client.reset()
        self.server.reset()

    # What peers and relays call.

    def met(self, peer: SocketPeer) -> None:
        """A peer's socket is connected; the server's is asked for when the client's is."""
        if self._over:
            if self._dead:
                peer.pause()
            else:
                peer.reset()
            return
        if peer is self.client and isinstance(self.server, SocketPeer):
            self._reaching = asyncio.get_running_loop().create_task(self._reach(self.server))
            self._reaching.add_done_callback(partial(self._reached, self.server))
        self.up.balance()
        self.down.balance()

    def lost(self, peer: SocketPeer) -> None:
        """A peer's socket is closed. Unless we did it, it was reset, and so will the other one be."""
        peer.sends.push(end=End.RST)
        peer.receives.balance()
        self._tell_if_gone()

    def passed(self, relay: Relay, end: End) -> None:
        """An end came out of a relay."""
        if end is End.RST:
            self.reset()
        elif not relay.finished:
            self._finish(End.FIN.value)
            relay.target.close()
            relay.source.reset()
        elif len(self._passed | {relay.direction}) == len((self.up, self.down)):
            self.close()
        else:
            self._passed.add(relay.direction)
            relay.target.finish()

    def broke(self, error: Exception) -> None:
        """A fault raised an error."""
        self._keeper.broke(error)

    def _finish(self, how: str) -> None:
        if self._over:
            return
        self._over = True
        self._keeper.over(self, how)
        self.up.stop()
        self.down.stop()
        if self._reaching is not None and not self.server.made:
            self._reaching.cancel()

    async def _reach(self, server: SocketPeer) -> None:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            await asyncio.get_running_loop().create_connection(lambda: server, *self._keeper.upstream)

    def _reached(self, server: SocketPeer, task: asyncio.Task[None]) -> None:
        """The server accepted or not; a client whose server can't be reached is reset."""
        self._reaching = None
        error = None if task.cancelled() else task.exception()
        if isinstance(error, OSError):
            self.reset()
        elif isinstance(error, Exception):
            self.broke(error)
        if not server.made:
            self._tell_if_gone()

    def _tell_if_gone(self) -> None:
        if self.client.gone and (self.server.gone or not (self.server.made or self._reaching)):
            self._keeper.gone(self)
