"""The reference server as one thing to start, crash, restart and stop."""

from __future__ import annotations

import asyncio
import math
from dataclasses import fields
from random import Random
from typing import TYPE_CHECKING, Self

from aiohttp import web

from ssechaos.errors import UsageError
from ssechaos.model import ServerSettings, Workload
from ssechaos.server.app import application
from ssechaos.server.connection import Connection, ConnectionFactory
from ssechaos.server.handler import StreamHandler
from ssechaos.server.ledger import Ledger, NoLedger
from ssechaos.server.metrics import Metrics
from ssechaos.server.replay import Replay
from ssechaos.server.sockets import reset
from ssechaos.server.streams import ReplayFactory, Streams

if TYPE_CHECKING:
    from types import TracebackType

_GRACE = 3.0  # seconds that connections have to take their last events when the server stops
_BACKLOG = 4096  # a storm of reconnects must not wait for repeated SYNs; the kernel may allow less


class ReferenceServer:
    """An SSE server that does everything right, unless it is given a part that does not.

    ``async with`` starts it. Leaving ends every stream with an ``error`` event (reason ``shutdown``), gives its
    readers a few seconds to take that, and resets those that don't.

    Args:
        settings: How it behaves.
        workload: What a stream sends when the request does not say.
        ledger: Is told of everything that it does.
        host: The address to listen on.
        port: The port to listen on; 0: a free one.
        random: Makes trace ids for requests that bring none.
        replay: Makes the history of a stream.
        connection: Makes the connections.

    Raises:
        UsageError: a setting makes no sense; says which.
    """

    def __init__(  # noqa: PLR0913 -- each is used by itself: by scenarios, by the command line, by planted bugs
        self,
        settings: ServerSettings | None = None,
        *,
        workload: Workload | None = None,
        ledger: Ledger | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        random: Random | None = None,
        replay: ReplayFactory = Replay,
        connection: ConnectionFactory = Connection,
    ) -> None:
        settings = _checked(settings or ServerSettings())
        metrics = Metrics(ledger or NoLedger())
        self._host = host
        self._port = port
        self._streams = Streams(settings, replay, metrics, random or Random())
        self._handler = StreamHandler(settings, workload or Workload(), self._streams, metrics, connection)
        self._runner = web.AppRunner(
            application(self._handler, self._streams, metrics),
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_GRACE,
        )
        self._listener: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it answers, as ``http://host:port``."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    async def __aenter__(self) -> Self:
        """Start to listen.

        Raises:
            UsageError: the address can't be listened on.
        """
        await self._runner.setup()
        try:
            await self.restart()
        except UsageError:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_listening()
        try:
            await self._say_goodbye()
        finally:
            self._handler.cut_all("shutdown")
            await self._runner.cleanup()

    async def crash(self) -> None:
        """Reset every connection and stop listening. Streams go on, as if their log were durable."""
        self._stop_listening()
        self._handler.cut_all("crash")
        for protocol in self._http.connections:
            if protocol.transport is not None:
                reset(protocol.transport)
        await self._handler.all_closed()

    async def restart(self) -> None:
        """Listen again after a crash, on the same port.

        Raises:
            UsageError: somebody else took the port.
        """
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(self._http, self._host, self._port, backlog=_BACKLOG)
        except OSError as error:
            where, why = f"{self._host} port {self._port}", error.strerror or error
            raise UsageError(f"can't listen on {where}: {why}; choose another port") from error
        self._port = self._listener.sockets[0].getsockname()[1]

    @property
    def _http(self) -> web.Server:
        server = self._runner.server
        if server is None:
            raise UsageError("the reference server is not running: start it with `async with`")
        return server

    def _stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    async def _say_goodbye(self) -> None:
        await self._streams.close()
        try:
            async with asyncio.timeout(_GRACE):
                await self._handler.all_closed()
        except TimeoutError:
            pass


def _checked(settings: ServerSettings) -> ServerSettings:
    for name in (field.name for field in fields(settings)):
        value = getattr(settings, name)
        if not (math.isfinite(value) and (value > 0 or (name, value) == ("retry", 0))):
            raise UsageError(f"the server setting {name} is a number above 0, not {value}")
    return settings
