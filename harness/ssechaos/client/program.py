"""A program of somebody else's, in a session of its own: whatever it starts is ended with it.

A signal to the process group reaches its children too, and Ctrl-C on the terminal does not reach it: the harness
ends it in its own order. A child that makes a session of its own escapes; only a container would hold it.
"""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from asyncio import StreamReader
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence


_LOOK_EVERY = 0.02
"""Seconds between two looks at whether a program has exited."""


class Program:
    """A running program. ``end`` must be called, whatever happens."""

    def __init__(self, process: Process, stdout: StreamReader, stderr: StreamReader) -> None:
        self._process = process
        self.stdout = stdout
        self.stderr = stderr

    @classmethod
    async def start(cls, words: Sequence[str], environment: Mapping[str, str]) -> Self:
        """Start ``words``, without a shell and without input, with ``environment`` added to our own.

        Raises:
            OSError: it could not be started.
        """
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        if process.stdout is None or process.stderr is None:
            raise AssertionError("both were asked for as pipes")
        return cls(process, process.stdout, process.stderr)

    async def exited(self, patience: float) -> bool:
        """Whether it has exited, or does within ``patience`` seconds."""
        # ``Process.wait`` of some versions of Python waits for the pipes as well, which a child may still hold.
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while self._process.returncode is None:  # noqa: ASYNC110 - asyncio tells the code, but no event
                    await asyncio.sleep(_LOOK_EVERY)
        return self._process.returncode is not None

    @property
    def ending(self) -> str:
        """How it ended: ``exited with code 3``, ``was killed by SIGSEGV``, or that it has only fallen silent."""
        code = self._process.returncode
        if code is None:
            return "closed its standard output"
        return f"exited with code {code}" if code >= 0 else f"was killed by {_name(-code)}"

    async def end(self, grace: float) -> bool:
        """Terminate it, and kill what is left of it and its children after ``grace`` seconds.

        Returns whether it obeyed.
        """
        try:
            self._signal(signal.SIGTERM)
            obeyed = await self.exited(grace)
        finally:
            self._signal(signal.SIGKILL)
            try:
                await self.exited(grace)
            finally:
                self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
        return obeyed

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):  # macOS refuses a signal to those that are all dead
            os.killpg(self._process.pid, number)


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
