"""``ssechaos probe``: is SSE viable through what stands before this URL?"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import ReportError, UsageError
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
    parser.add_argument("--output", type=Path, metavar="FILE", help="write everything as JSON, too")
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
    if arguments.output is not None and not arguments.output.parent.is_dir():
        raise UsageError(f"--output can't be written: there is no folder {arguments.output.parent}")
    seen = asyncio.run(probe(request, _tell))
    concluded = verdict(seen)
    print(text(seen, concluded))
    if arguments.output is not None:
        _write(arguments.output, json.dumps(document(seen, concluded), indent=1))
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


def _write(path: Path, content: str) -> None:
    try:
        path.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"{path} can't be written ({error.strerror}); name another file with --output"
        ) from error
