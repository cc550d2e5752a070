"""A Toxiproxy server of our own: found, started on a free port, and always ended, also when we are killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.networks.toxics.client import ToxiproxyClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

VARIABLE = "SSECHAOS_TOXIPROXY"
NAME = "toxiproxy-server"

_UP = 10.0  # seconds that it has to answer
_LOOK = 0.02
_GUARD = Path(__file__).with_name("guard.py")


def binary(environment: Mapping[str, str] = os.environ) -> str | None:
    """The server's executable: what the variable names, or the one on the PATH; None when there is none."""
    named = environment.get(VARIABLE)
    return shutil.which(named or NAME, path=environment.get("PATH"))


def missing() -> str | None:
    """Why no server can be started; None when one can."""
    if binary() is not None:
        return None
    return (
        f"there is no {NAME} on the PATH, and {VARIABLE} names none; install Toxiproxy, "
        "or name a server that runs with --toxiproxy-url"
    )


class Server:
    """A server that can be used."""

    def __init__(self, client: ToxiproxyClient, process: asyncio.subprocess.Process | None = None) -> None:
        """``process`` is there if we started it."""
        self.client = client
        self._process = process

    def check(self) -> None:
        """Raise `NetworkError` when one that we started ended."""
        if self._process is not None and self._process.returncode is not None:
            raise NetworkError(f"the Toxiproxy server that was started ended with {self._process.returncode}")


@asynccontextmanager
async def own_server() -> AsyncIterator[Server]:
    """A server for as long as the context lasts.

    Raises:
        NetworkError: there is none to be had, or it does not answer.
    """
    executable = binary()
    if executable is None:
        raise NetworkError(missing() or "")
    port = _free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(_GUARD), executable, "-host", "127.0.0.1", "-port", str(port)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us: faults heal first
    )
    server = Server(ToxiproxyClient(("127.0.0.1", port)), process)
    try:
        await _until_up(server)
        yield server
    finally:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.close()
        await process.wait()


async def _until_up(server: Server) -> None:
    try:
        async with asyncio.timeout(_UP):
            while await server.client.version() is None:
                server.check()
                await asyncio.sleep(_LOOK)
    except TimeoutError as error:
        raise NetworkError(f"the Toxiproxy server that was started does not answer within {_UP:g} s") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
