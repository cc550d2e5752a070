"""The API on a socket: a Toxiproxy server as one thing to start and stop."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from ssechaos.errors import UsageError
from ssechaos.proxy.api import wire
from ssechaos.proxy.api.addresses import join
from ssechaos.proxy.api.app import application
from ssechaos.proxy.api.collection import Collection, Wanted, wanted_proxies
from ssechaos.proxy.api.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DEFAULT_PORT = 8474

_GRACE = 1.0
"""Seconds that requests under way get when the server stops."""


@asynccontextmanager
async def api_server(
    *, host: str = "127.0.0.1", port: int = 0, seed: int = 1, proxies: list[Wanted] | None = None
) -> AsyncIterator[str]:
    """Serve the API, with ``proxies`` to begin with; yields its URL. Leaving stops all proxies.

    Raises:
        UsageError: it can't listen there, or one of the proxies can't.
    """
    async with Collection(default_host=host, seed=seed) as collection:
        _, error = await collection.populate(proxies or [])
        if error is not None:
            raise UsageError(str(error))
        runner = web.AppRunner(application(collection, host), access_log=None, shutdown_timeout=_GRACE)
        await runner.setup()
        try:
            yield f"http://{join(await _listen(runner, host, port))}"
        finally:
            await runner.cleanup()


def proxies_from_file(path: Path) -> list[Wanted]:
    """The proxies that a file describes as POST /populate takes them.

    Raises:
        UsageError: it can't be read, or describes none.
    """
    try:
        return wanted_proxies(wire.parse(path.read_bytes()))
    except OSError as error:
        raise UsageError(f"can't read the proxies in {path}: {error.strerror}") from error
    except ApiError as error:
        raise UsageError(f"the proxies in {path} can't be made: {error}") from error


async def _listen(runner: web.AppRunner, host: str, port: int) -> tuple[str, int]:
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        raise UsageError(
            f"can't listen on {join((host, port))}: {error.strerror or error}; choose another port"
        ) from error
    address: tuple[str, int] = runner.addresses[0][:2]
    return address
