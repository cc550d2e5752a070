"""``ssechaos probe``: is SSE viable through what stands before this URL?"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from ssechaos.commands.output import add_output, check_output, write_output
from ssechaos.errors import UsageError
from ssechaos.probe import Limits, Request, document, probe, text, verdict
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("probe", help="is SSE viable through what stands before a URL?")
    parser.add_argument("url", metavar="URL", help="the URL of an event stream, through all proxies")
    parser.add_argument("--direct", metavar="URL", help="the same stream around the proxies, to compare with")
    parser.add_argument(
        "--header", action="append", default=[], metavar="'Name: value'", help="to be sent; may be repeated"
    )
    parser.add_argument("--timeout", type=float, default=25.0, help="seconds to listen (default: %(default)s)")
    parser.add_argument(
        "--success-rate", type=float, default=90.0, help="least %% of events in time (default: %(default)s)"
    )
    parser.add_argument("--concurrency", type=int, default=3, help="streams at once (default: %(default)s)")
    add_output(parser)
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Probe, print the verdict and return the exit code: 0 PROCEED, 1 PUNT, 3 INCONCLUSIVE."""
    request = Request(
        url=arguments.url,
        direct=arguments.direct,
        headers=_headers(arguments.header),
        limits=Limits(
            timeout=arguments.timeout,
            success_rate=arguments.success_rate / 100,
            concurrency=arguments.concurrency,
        ),
    )
    check_output(arguments.output)
    seen = asyncio.run(probe(request, _tell))
    concluded = verdict(seen)
    print(text(seen, concluded))
    write_output(arguments.output, document(seen, concluded))
    return concluded.recommendation.value


def _headers(lines: Iterable[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon:
            raise UsageError("--header takes 'Name: value', and one has no colon")
        headers[name.strip()] = value.strip()
    return headers


def _tell(line: str) -> None:
    print(f"probe: {safe(line)}", file=sys.stderr, flush=True)
