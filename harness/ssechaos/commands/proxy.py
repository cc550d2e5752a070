"""``ssechaos proxy``: the fault proxy standing alone, driven through Toxiproxy's HTTP API."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.proxy.api import DEFAULT_PORT, api_server, proxies_from_file

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("proxy", help="the fault proxy, with Toxiproxy's HTTP API")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="the port of the API (default: %(default)s)"
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="proxies to begin with, as POST /populate takes them"
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed of all dice (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM, then end all connections."""
    asyncio.run(_serve(arguments))
    return 0


async def _serve(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    proxies = proxies_from_file(arguments.config) if arguments.config else []
    async with api_server(host=arguments.host, port=arguments.port, seed=arguments.seed, proxies=proxies) as url:
        print(f"Toxiproxy's API on {url}, seed {arguments.seed}; Ctrl-C stops", flush=True)
        await stop.wait()
