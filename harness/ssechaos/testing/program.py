"""A server of one's own for as long as a test lasts: any program that can be told a port to listen on.

A process of its own, as a server that shares the harness's event loop would be late whenever the harness is busy.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PATIENCE = 15.0
"""Seconds until somebody has to listen."""
_FAREWELL = 5.0
"""Seconds that a server has to end when asked to."""
_LOOK_EVERY = 0.05


@contextmanager
def serving(command: str) -> Iterator[str]:
    """Run ``command``, with a free port in the place of ``{port}``; yields ``http://127.0.0.1:PORT``.

    It is split as a shell splits words, and runs without a shell, in the working folder. What is installed beside
    this Python is found first. Its output goes where ours goes.

    Raises:
        UsageError: it takes no port.
        TargetError: it can't be started, or has ended, or nobody listens on that port in time.
    """
    if "{port}" not in command:
        raise UsageError(
            f"a server is told its port as {{port}}, as in 'uvicorn app:app --port {{port}}': {command!r}"
        )
    port = _free_port()
    with _program(shlex.split(command.replace("{port}", str(port)))) as process:
        _wait_for(port, process, command)
        yield f"http://127.0.0.1:{port}"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _program(words: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A running program, in a session of its own, so that what it started ends with it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    found = shutil.which(words[0], path=path)
    if found is None:
        raise TargetError(
            f"the server can't be started: there is no program {words[0]!r}; install it, or name its path"
        )
    environment = os.environ | {"PATH": path}
    with subprocess.Popen([found, *words[1:]], env=environment, start_new_session=True) as process:  # noqa: S603 - the user's own
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL)
        os.killpg(process.pid, signal.SIGKILL)


def _wait_for(port: int, process: subprocess.Popen[bytes], command: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _listens(port):
        if process.poll() is not None:
            raise TargetError(f"the server ended with code {process.returncode} before it listened: {command}")
        if time.monotonic() > deadline:
            raise TargetError(f"the server does not listen on port {port} after {PATIENCE:g} s: {command}")
        time.sleep(_LOOK_EVERY)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
    except OSError:
        return False
    return True
