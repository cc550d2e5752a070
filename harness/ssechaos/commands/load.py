"""``ssechaos load``: many concurrent streams of one server, measured per event."""

from __future__ import annotations

import asyncio
import sys
from random import Random
from typing import TYPE_CHECKING

from ssechaos.commands.output import add_output, check_output, write_output
from ssechaos.load import Plan, load, text

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("load", help="many concurrent streams, measured per event")
    parser.add_argument("url", metavar="URL", help="the URL of an event stream")
    parser.add_argument("--streams", type=int, default=100, help="how many at once (default: %(default)s)")
    parser.add_argument(
        "--duration", type=float, default=30.0, metavar="S", help="seconds to read them (default: %(default)s)"
    )
    parser.add_argument(
        "--ramp", type=float, metavar="S", help="seconds in which they start, at random (default: 1 per 100)"
    )
    parser.add_argument("--seed", type=int, default=1, help="the seed of their starts (default: %(default)s)")
    add_output(parser)
    parser.add_argument("--allow-remote", action="store_true", help="the server may be on another machine")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Make the load, print the figures and return the exit code: 0 all intact, 1 some broke, 3 none opened."""
    plan = Plan(
        url=arguments.url,
        streams=arguments.streams,
        duration=arguments.duration,
        ramp=arguments.ramp,
        allow_remote=arguments.allow_remote,
    )
    check_output(arguments.output)
    outcome = asyncio.run(load(plan, Random(arguments.seed), _tell))
    print(text(outcome))
    write_output(arguments.output, outcome.document())
    return outcome.exit_code


def _tell(line: str) -> None:
    print(f"load: {line}", file=sys.stderr, flush=True)
