"""Any Python web application as the server under test: ``module:app``, started anew for each run.

aiohttp runs an application of its own, uvicorn an ASGI application, if it is installed. What was sent is known
from the integer ids of the events, which grow by one. The stream is looked for at ``STREAM``, with the workload in
the query as the reference server takes it; an application is free to ignore that.
"""

from __future__ import annotations

import asyncio
import inspect
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from aiohttp import web

from ssechaos.errors import TargetError, UsageError
from ssechaos.faults import LoseEvent
from ssechaos.naming import named

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ssechaos.model import ClientPolicy, Scenario

STREAM = "/stream"
_HOST = "127.0.0.1"
_LOOK_EVERY = 0.01
"""Seconds between two looks at whether uvicorn has started."""


class Host(Protocol):
    """Runs one application."""

    async def start(self, port: int) -> int:
        """Listen, on any free port for 0; returns the port. May be called again after ``crash``."""

    async def crash(self) -> None:
        """Break every connection, and listen no more."""

    async def close(self) -> None:
        """The application is not needed any more."""


class AppSource:
    """A server made from a Python application."""

    ground_truth = "sequence"
    options: tuple[str, ...] = ()

    def __init__(self, name: str, host: Callable[[], Host]) -> None:
        """``name`` is what reports call it; ``host`` makes what runs the application, a fresh one for each run."""
        self.name = name
        self._host = host

    def refuses(self, scenario: Scenario) -> str | None:
        """Loss above TCP can't be played: such a server does not say how many events there are.

        So no client can know that the first or the last one is missing.
        """
        loses = any(isinstance(step.fault, LoseEvent) for step in scenario.schedule)
        return "nobody can know what is missing at the end of somebody else's stream" if loses else None

    def policy(self, scenario: Scenario) -> ClientPolicy:
        """The scenario's own."""
        return scenario.clients.policy

    @asynccontextmanager
    async def open(self, *_: object) -> AsyncIterator[_Running]:
        """The application on a free port."""
        running = _Running(self._host())
        try:
            await running.restart()
            yield running
        finally:
            await running.host.crash()
            await running.host.close()

    def path(self, scenario: Scenario) -> str:
        """The stream, with the workload as a query."""
        workload = scenario.workload
        query = {"events": workload.events, "interval": f"{workload.interval:g}", "size": workload.size}
        return f"{STREAM}?{urlencode(query)}"


@dataclass(slots=True)
class _Running:
    """The application behind the network."""

    host: Host
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    async def crash(self) -> None:
        await self.host.crash()

    async def restart(self) -> None:
        self.port = await self.host.start(self.port)


def app_source(name: str) -> AppSource:
    """The application that ``module:app`` names: of aiohttp, of ASGI, or a function that makes one of nothing.

    Raises:
        UsageError: there is none, or it takes uvicorn and that is not installed.
    """
    _host_of(name)
    return AppSource(name, partial(_host_of, name))


def _host_of(name: str) -> Host:
    found = named(name, "a server")
    if isinstance(found, web.Application):
        found = named(name, "a server", anew=True)  # it can be run once only
    elif inspect.isfunction(found) and not inspect.signature(found).parameters:
        found = found()
    if isinstance(found, web.Application):
        return _AiohttpHost(found)
    if not callable(found):
        raise UsageError(f"{name} is neither an aiohttp application nor an ASGI application, nor makes one")
    return _UvicornHost(found)


class _AiohttpHost:
    """Runs an aiohttp application."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.0)
        self._listener: asyncio.Server | None = None

    async def start(self, port: int) -> int:
        if self._runner.server is None:
            await self._runner.setup()
        assert self._runner.server is not None  # noqa: S101 - it was just made
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._runner.server, _HOST, port)
        return _port(self._listener)

    async def crash(self) -> None:
        if self._listener is not None:
            self._listener.close()
        for protocol in self._runner.server.connections if self._runner.server else ():
            if protocol.transport is not None:
                protocol.transport.abort()

    async def close(self) -> None:
        await self._runner.cleanup()


class _UvicornHost:
    """Runs an ASGI application."""

    def __init__(self, app: Any) -> None:
        try:
            uvicorn = import_module("uvicorn")
        except ImportError as error:
            raise UsageError("an ASGI application needs uvicorn to run: pip install uvicorn") from error
        settings = {"log_config": None, "log_level": "critical", "ws": "none", "timeout_graceful_shutdown": 1}
        self._make: Callable[[int], Any] = lambda port: uvicorn.Server(
            uvicorn.Config(app, host=_HOST, port=port, **settings)
        )
        self._server: Any = None
        self._task: asyncio.Task[None] | None = None

    async def start(self, port: int) -> int:
        self._server = self._make(port)
        self._server.capture_signals = nullcontext  # they are for the process, which is not the server's
        self._task = asyncio.create_task(_serving(self._server))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(_LOOK_EVERY)
        return _port(self._server.servers[0])

    async def crash(self) -> None:
        if self._task is None:
            return
        for listener in self._server.servers:
            listener.close()  # now, not when uvicorn gets round to it: the port is needed again
        for connection in tuple(self._server.server_state.connections):
            connection.transport.abort()
        self._server.should_exit = True
        await asyncio.wait([self._task])
        self._task = None

    async def close(self) -> None:
        """Nothing is left after ``crash``."""


async def _serving(server: Any) -> None:
    try:
        await server.serve()
    except SystemExit as error:
        raise TargetError("uvicorn could not start to listen; is the port taken?") from error


def _port(listener: asyncio.Server) -> int:
    port: int = listener.sockets[0].getsockname()[1]
    return port
