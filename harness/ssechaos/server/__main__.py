"""``python -m ssechaos.server``: the reference server in a container, with nothing loaded that it does not need.

Environment variables, beside those of its settings: ``SSECHAOS_HOST`` and ``SSECHAOS_PORT``, where it listens;
``SSECHAOS_LEDGER=-``: it states all that it does on standard output (``written.py``), after a line
``{"fact": "serving"}``; ``SSECHAOS_JOURNAL``, a file: its one stream survives a kill; ``SSECHAOS_SEED``: of its
trace ids. It ends its streams in good order on SIGINT or SIGTERM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from ssechaos.server import Ledger, NoLedger, ReferenceServer, Replay, settings_from, workload_from
from ssechaos.server.durable import Journal
from ssechaos.server.written import WrittenLedger

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssechaos.server.streams import ReplayFactory


def _server(environ: Mapping[str, str], ledger: Ledger) -> ReferenceServer:
    journal = environ.get("SSECHAOS_JOURNAL")
    replay: ReplayFactory = Journal(Path(journal), ledger) if journal else Replay
    return ReferenceServer(
        settings_from(environ),
        workload=workload_from(environ),
        ledger=ledger,
        host=environ.get("SSECHAOS_HOST", "127.0.0.1"),
        port=int(environ.get("SSECHAOS_PORT", "8000")),
        random=Random(environ.get("SSECHAOS_SEED")),
        replay=replay,
    )


class _Output:
    """Standard output, in pieces of what was said at one time: whoever follows a container gets each by itself."""

    def __init__(self) -> None:
        self._waiting = False

    def say(self, line: str) -> None:
        """Write a line, soon."""
        sys.stdout.write(line + "\n")
        if not self._waiting:
            self._waiting = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._waiting = False
        sys.stdout.flush()


async def _serve(environ: Mapping[str, str]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say = _Output().say
    stated = environ.get("SSECHAOS_LEDGER") == "-"
    async with _server(
        environ, WrittenLedger(say, asyncio.get_running_loop().time) if stated else NoLedger()
    ) as server:
        say('{"fact":"serving"}' if stated else f"serving {server.url}/stream")
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(_serve(os.environ))
