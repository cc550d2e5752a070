"""``ssechaos serve``: the reference server by itself."""

from __future__ import annotations

import asyncio
import os
import signal
from typing import TYPE_CHECKING

from ssechaos.server import ReferenceServer, settings_from, workload_from

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("serve", help="the reference SSE server")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, then close streams in good order."""
    asyncio.run(_serve(arguments.host, arguments.port))
    return 0


async def _serve(host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings, workload = settings_from(os.environ), workload_from(os.environ)
    async with ReferenceServer(settings, workload=workload, host=host, port=port) as server:
        print(f"serving {server.url}/stream; Ctrl-C stops", flush=True)
        await stop.wait()
