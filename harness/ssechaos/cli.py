"""``ssechaos``: the command line. Each command is one file in ``commands``, loaded when it is asked for.

Exit codes: 0 all PASS; 1 some FAIL; 2 usage; 3 no FAIL, but some INVALID or nothing ran; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ssechaos import __version__
from ssechaos.errors import SSEChaosError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = ("scenarios", "run", "agree", "search", "replay", "report", "probe", "load", "proxy", "serve")

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="ssechaos", description="A chaos harness for Server-Sent Events.")
    parser.add_argument("--version", action="version", version=f"ssechaos {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in _wanted(words):
        import_module(f"ssechaos.commands.{name}").add_parser(commands)
    arguments = parser.parse_args(words)
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


def _wanted(words: Sequence[str]) -> Sequence[str]:
    """The command that is asked for, as to load every one takes half a second; for help and bad words, all."""
    return words[:1] if words and words[0] in COMMANDS else COMMANDS


def _reader_gone() -> int:
    """Whoever read our output has enough (``ssechaos scenarios | head``): end as a program that SIGPIPE ends."""
    os.dup2(
        os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
    )  # what is still buffered would raise again at exit
    return 128 + signal.SIGPIPE


if __name__ == "__main__":
    sys.exit(main())
