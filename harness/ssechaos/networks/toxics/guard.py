"""Runs a command until standard input ends, which it does when whoever started it is gone, even by SIGKILL.

A script of its own, so that it starts at once and imports nothing of the harness.
"""

from __future__ import annotations

import select
import subprocess
import sys

_LOOK = 0.1  # seconds between two looks at whether the command ended by itself
_GRACE = 3.0  # seconds that it has to end when it is told to


def main(command: list[str]) -> int:
    """Run ``command``; return its exit code."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:  # noqa: S603 - our caller's command
        while process.poll() is None:
            ready, _, _ = select.select([sys.stdin], [], [], _LOOK)
            if ready:
                process.terminate()
                try:
                    process.wait(_GRACE)
                except subprocess.TimeoutExpired:
                    process.kill()
        return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
