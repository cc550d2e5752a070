"""``ssechaos``: the command line. Each command is one file in ``commands``.

Exit codes: 0 all PASS; 1 some FAIL; 2 usage; 3 no FAIL, but some INVALID or nothing ran; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING

from ssechaos import __version__
from ssechaos.commands import agree, load, probe, proxy, replay, report, run, scenarios, search, serve
from ssechaos.errors import SSEChaosError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (scenarios, run, agree, search, replay, report, probe, load, proxy, serve)

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="ssechaos", description="A chaos harness for Server-Sent Events.")
    parser.add_argument("--version", action="version", version=f"ssechaos {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_parser(commands)
    arguments = parser.parse_args(argv)
    try:
        code: int = arguments.execute(arguments)
        sys.stdout.flush()
    except SSEChaosError as error:
        print(f"ssechaos: {error}", file=sys.stderr)
        return EXIT_USAGE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return _reader_gone()
    return code


def _reader_gone() -> int:
    """Whoever read our output has enough (``ssechaos scenarios | head``): end as a program that SIGPIPE ends."""
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
    )  # what is still buffered would raise again at exit
    return 128 + signal.SIGPIPE


if __name__ == "__main__":
    sys.exit(main())
