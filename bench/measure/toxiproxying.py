"""The process beside which a real Toxiproxy runs: it makes proxies there as `ProxyHost` makes ours here."""

from __future__ import annotations

import os
import resource
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bench.measure.errors import BenchError
from ssechaos.networks.toxics.binary import own_server
from ssechaos.networks.toxics.means import Toxics, means_of

if TYPE_CHECKING:
    from ssechaos.model import Fault

_NAME = "bench"


class ToxiproxyHost:
    """A Toxiproxy server with one proxy at a time, and what it costs."""

    async def __aenter__(self) -> Self:
        self._open = AsyncExitStack()
        self._client = (await self._open.enter_async_context(own_server())).client
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self._open.aclose()

    async def version(self) -> str:
        """What the server says it is."""
        return str(await self._client.version())

    async def open(self, upstream: tuple[str, int], fault: Fault | None) -> tuple[str, int]:
        """Put a proxy in front of ``upstream``, with the toxics that ``fault`` is there; return its address.

        Raises:
            BenchError: the fault is no toxics there.
        """
        host, port = upstream
        address = await self._client.create(_NAME, "127.0.0.1:0", f"{host}:{port}")
        if fault is not None:
            means = means_of(fault)
            if not isinstance(means, Toxics):
                raise BenchError(f"Toxiproxy has no toxics for {fault.kind}")
            await self._client.add(_NAME, {f"bench-{place}": spec for place, spec in enumerate(means.specs)})
        return address

    async def close(self) -> None:
        """Remove the proxy."""
        await self._client.delete(_NAME)

    async def memory(self) -> int:
        """Bytes of memory that the server's process has resident."""
        # Between this process and the server stands the guard that ends it.
        (guard,) = _children(os.getpid())
        (server,) = _children(guard)
        return int(_words(f"/proc/{server}/statm")[1]) * resource.getpagesize()


def _children(process: int) -> list[int]:
    return [int(child) for child in _words(f"/proc/{process}/task/{process}/children")]


def _words(file: str) -> list[str]:
    return Path(file).read_text(encoding="ascii").split()
