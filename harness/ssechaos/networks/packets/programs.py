"""Runs the programs that configure networks, in whatever namespace the calling thread is in."""

from __future__ import annotations

import os
import shutil
import subprocess

from ssechaos.errors import NetworkError

DEADLINE = 10.0
"""Seconds that one call may take; each takes milliseconds."""

PROGRAMS = {"ip": "iproute2", "tc": "iproute2", "nft": "nftables"}
"""What is needed, with the package that brings it."""

_PLACES = "/usr/sbin:/sbin:/usr/bin:/bin"  # not on everybody's PATH


def program(name: str) -> str | None:
    """Where ``name`` is; None when it is not installed."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{_PLACES}")


def call(name: str, *arguments: str, script: str = "") -> str:
    """Run a program with ``script`` as its input; return what it printed. Blocks.

    Raises:
        NetworkError: it is not installed, it failed, or it did not end in time.
    """
    path = program(name)
    if path is None:
        raise NetworkError(f"{name!r} is not installed; install the package {PROGRAMS[name]!r}")
    try:
        done = subprocess.run(  # noqa: S603 - ours, with no input from outside
            [path, *arguments],
            input=script,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            check=False,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired as error:
        raise NetworkError(f"{name} {' '.join(arguments)} did not end within {DEADLINE:g} s") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise NetworkError(f"{name} {' '.join(arguments)} failed: {said}; it was told:\n{script}".rstrip())
    return done.stdout


def batch(name: str, script: str) -> None:
    """Have ``ip`` or ``tc`` carry out a script, one command a line, until one of them fails. Blocks.

    Raises:
        NetworkError: as ``call``.
    """
    call(name, "-batch", "-", script=script)
