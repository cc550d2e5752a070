"""The fault proxy: accepts clients, connects each to the server, and runs the faults that are added to it.

It stands alone: an address, a server behind it, and faults that come and go by key while connections live. The
``embedded`` network plays a schedule on it. It runs on any asyncio loop, in virtual time too.
"""

from __future__ import annotations

import asyncio
import itertools
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ssechaos.errors import NetworkError, UsageError
from ssechaos.faults.base import Gate
from ssechaos.proxy.alarm import Alarm
from ssechaos.proxy.connection import Connection
from ssechaos.proxy.effects import effect_of
from ssechaos.proxy.listener import listen
from ssechaos.proxy.observer import Observer
from ssechaos.proxy.peer import READ_BUFFER

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from ssechaos.faults.base import Strike
    from ssechaos.installation import Installation
    from ssechaos.model import Fault
    from ssechaos.proxy.answer import Answer
    from ssechaos.proxy.effects import Effect
    from ssechaos.proxy.listener import Listener
    from ssechaos.proxy.peer import SocketPeer

CLOSING_TIME = 1.0
"""Seconds that peers get to take what was written when the proxy closes; then they are reset."""

_WEAKEST_FIRST = (Gate.ACCEPT, Gate.HANG, Gate.REFUSE)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went through a proxy so far."""

    connections: int
    """How many were accepted."""
    live: int
    """How many of them are not over."""
    upstream: int
    """Bytes that clients sent."""
    downstream: int
    """Bytes that the server sent."""


class Proxy:
    """A TCP proxy with faults; an asynchronous context manager that listens while it is entered."""

    def __init__(  # noqa: PLR0913 - each by its name
        self,
        upstream: tuple[str, int],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: str = "0",
        observer: Observer | None = None,
        send_buffer: int | None = None,
    ) -> None:
        """A proxy for the server at ``upstream``, on ``host`` and ``port`` (0: any free one).

        ``send_buffer`` is how many bytes the kernel takes for a slow client; None: as many as it likes.
        """
        self.upstream = upstream
        self.address = (host, port)
        """Where it listens; the port is known once it is entered."""
        self.seed = seed
        self.observer = observer or Observer()
        self.installed: dict[Hashable, Installation] = {}
        """The link faults in force, in the order in which bytes meet them."""
        self.answers: dict[Hashable, Answer] = {}
        """The answer faults in force; the latest that still answers does."""
        self.buffer = memoryview(bytearray(READ_BUFFER))
        self._alarm: Alarm
        self._send_buffer = send_buffer
        self._listener: Listener
        self._effects: dict[Hashable, Effect] = {}
        self._gates: dict[Hashable, Gate] = {}
        self._connections: dict[Connection, None] = {}
        self._numbers = itertools.count(1)
        self._accepted = self._live = self._upstream = self._downstream = 0
        self._all_gone = asyncio.Event()
        self._all_gone.set()
        self._failure: Exception | None = None

    async def __aenter__(self) -> Self:
        self._alarm = Alarm()
        try:
            self._listener = await listen(self._accept, self._fail, self.address, self._send_buffer)
        except OSError as error:
            raise UsageError(
                f"can't listen on {self._name}: {error.strerror or error}; is another port free?"
            ) from error
        self.address = self._listener.address
        return self

    async def __aexit__(self, *_exc: object) -> None:
        with closing(self._alarm):
            try:
                await self._heal()
            finally:
                await self._listener.close()
                await self._close_connections()

    # Faults.

    async def add(self, key: Hashable, fault: Fault) -> None:
        """Put a fault in force on all connections, those that live and those to come.

        Raises:
            UsageError: a proxy can't make it, or the key is taken.
        """
        if key in self._effects:
            raise UsageError(f"this proxy has a fault {key!r} already; remove it first")
        self._effects[key] = effect_of(fault, key, self)
        await self._effects[key].begin()

    async def remove(self, key: Hashable) -> dict[str, float]:
        """Take a fault out of force; what it held goes on. Returns its evidence, counters by name.

        Path faults count the connections that they broke; ``connections_refused`` and ``connections_held`` count
        only the proxy's own attempt to connect, since nobody hears the clients when nothing listens.

        Raises:
            UsageError: there is no such fault.
        """
        if key not in self._effects:
            raise UsageError(f"this proxy has no fault {key!r}")
        return await self._effects.pop(key).end()

    def check(self) -> None:
        """Raise `NetworkError` when the proxy broke: nothing seen since can be trusted."""
        if self._failure is not None:
            raise NetworkError(
                f"the proxy on {self._name} broke, so what was seen is worth nothing: {self._failure!r}"
            ) from self._failure

    @property
    def traffic(self) -> Traffic:
        """What went through so far."""
        return Traffic(
            self._accepted,
            self._live,
            self._upstream + sum(connection.up.bytes for connection in self._connections),
            self._downstream + sum(connection.down.bytes for connection in self._connections),
        )

    # What effects call.

    def now(self) -> float:
        """The loop's time, in seconds."""
        return asyncio.get_running_loop().time()

    def install(self, key: Hashable, installation: Installation) -> None:
        """Put a link fault into every link, now and from now on."""
        self.installed[key] = installation
        for connection in tuple(self._connections):
            connection.add(key, installation)

    def uninstall(self, key: Hashable) -> None:
        """Take a link fault out of every link."""
        installation = self.installed.pop(key)
        for connection in tuple(self._connections):
            connection.remove(key, installation)

    def hold_gate(self, key: Hashable, gate: Gate) -> Gate:
        """Ask for a gate; the strongest that is asked for wins, and is returned."""
        self._gates[key] = gate
        return self._set_gate()

    def release_gate(self, key: Hashable) -> None:
        """Ask for nothing any more; what others ask for stays."""
        self._gates.pop(key, None)
        self._set_gate()

    def strike(self, key: Hashable, strike: Strike) -> int:
        """Break every live connection; return how many."""
        struck = [connection for connection in self._connections if connection.live]
        for connection in struck:
            self.observer.struck(key, connection.number, strike.value)
            connection.strike(strike)
        return len(struck)

    # What connections call.

    def call_at(self, when: float, callback: Callable[[], object]) -> asyncio.TimerHandle:
        """Set a timer, by the event loop's clock."""
        return self._alarm.call_at(when, callback)

    def over(self, connection: Connection, how: str) -> None:
        """A connection is over; its sockets may take a moment more to close."""
        self._live -= 1
        self.observer.closed(connection.number, how)

    def gone(self, connection: Connection) -> None:
        """Nothing is left of a connection."""
        del self._connections[connection]
        self._upstream += connection.up.bytes
        self._downstream += connection.down.bytes
        if not self._connections:
            self._all_gone.set()

    def broke(self, error: Exception) -> None:
        """A fault raised an error: nothing of what is under way can be trusted."""
        self._fail(error)
        for connection in tuple(self._connections):
            connection.reset()

    def _accept(self) -> SocketPeer:
        connection = Connection(next(self._numbers), self, self._answer())
        self._accepted += 1
        self._live += 1
        self._connections[connection] = None
        self._all_gone.clear()
        self.observer.opened(connection.number)
        for key, installation in self.installed.items():
            connection.add(key, installation)
        return connection.client

    def _answer(self) -> Answer | None:
        return next((answer for answer in reversed(self.answers.values()) if answer.claim()), None)

    def _set_gate(self) -> Gate:
        gate = max(self._gates.values(), key=_WEAKEST_FIRST.index, default=Gate.ACCEPT)
        try:
            self._listener.set_gate(gate)
        except OSError as error:
            self._fail(error)
        return gate

    def _fail(self, error: Exception) -> None:
        self._failure = self._failure or error
        self.observer.broke(error)

    async def _heal(self) -> None:
        for key in tuple(self._effects):
            await self.remove(key)
        for key in tuple(self.installed):
            self.uninstall(key)

    async def _close_connections(self) -> None:
        for connection in tuple(self._connections):
            connection.close()
        try:
            async with asyncio.timeout(CLOSING_TIME):
                await self._all_gone.wait()
        except TimeoutError:
            for connection in tuple(self._connections):
                connection.reset()
            await self._all_gone.wait()

    @property
    def _name(self) -> str:
        host, port = self.address
        return f"{host}:{port}"
