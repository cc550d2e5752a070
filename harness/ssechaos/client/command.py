"""Any program, in any language, as the client under test: ``--client-command``.

The program gets the stream's URL as its last argument and in ``SSE_URL``, and prints JSON, one object a line
(``lines.py``). Its standard error is its log. It is held to what its user can see, and its policy is its own: it
says nothing of its tries, so what it asks the server for is known from the server.
"""

from __future__ import annotations

import asyncio
import shlex
import shutil
from functools import partial
from typing import TYPE_CHECKING

from ssechaos.client.hearing import Hearing
from ssechaos.client.log import Log
from ssechaos.client.program import Program
from ssechaos.errors import ProtocolError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from ssechaos.client.base import Application, Client
    from ssechaos.model import ClientPolicy

GRACE = 2.0
"""Seconds that a program has to obey terminate before it is killed."""
MOST_PROCESSES = 25
"""A scenario with more clients than this is not played with a program: its machine's load would be the fault."""

_CHUNK = 4096
_DISCARD = 64 * 1024
_SLOWLY = 0.01
"""Seconds between two reads of a standard error of which nothing is kept any more: so it can't hog the harness."""
_MAX_LAST_WORDS = 200


def command_client(command: str) -> Callable[[], Client]:
    """How to make clients that run ``command``, which is split as a shell splits words.

    Raises:
        UsageError: there is no such program.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise UsageError(f"--client-command {command!r} can't be split into words: {error}") from error
    if not words:
        raise UsageError("--client-command takes a program and its arguments, such as 'node client.mjs'")
    if shutil.which(words[0]) is None:
        raise UsageError(f"--client-command {command!r}: there is no program {words[0]!r} here that can be run")
    return partial(CommandClient, words)


class CommandClient:
    """A client that is a program; each stream is a process of its own."""

    def __init__(self, words: list[str], grace: float = GRACE) -> None:
        self._words = words
        self._grace = grace

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:  # noqa: ARG002 - its own affair
        """Run the program until it is done, gives up or ends. Cancelling this ends the program."""
        try:
            program = await Program.start([*self._words, url], {"SSE_URL": url})
        except OSError as error:
            application.misbehaved(f"its command could not be started: {error}")
            return
        await _Conversation(program, application).to_end(self._grace)


class _Conversation:
    """One program and what it says."""

    def __init__(self, program: Program, application: Application) -> None:
        self._program = program
        self._application = application
        self._now = asyncio.get_running_loop().time
        self._log = Log(application)
        self._hearing = Hearing(application, self._log, self._now())

    async def to_end(self, grace: float) -> None:
        """Listen until the program has ended the stream, or must not go on; then end the program."""
        stderr = asyncio.create_task(self._keep_stderr())
        try:
            await self._listen()
            if not self._hearing.over:
                await self._ended_early(stderr, grace)
        except ProtocolError as error:
            self._application.misbehaved(f"{error}; its process was ended")
        except asyncio.CancelledError:
            if not self._hearing.lines:
                self._application.misbehaved(
                    "printed no line in the whole run: it hangs, or keeps its output back"
                )
            raise
        finally:
            try:
                await self._end(grace)
            finally:
                stderr.cancel()
                await asyncio.gather(stderr, return_exceptions=True)

    async def _listen(self) -> None:
        while not self._hearing.over and (data := await self._program.stdout.read(_CHUNK)):
            self._hearing.hear(data, self._now())
            await asyncio.sleep(0)  # a read that need not wait gives nobody else a turn
        self._hearing.close()

    async def _ended_early(self, stderr: asyncio.Task[None], grace: float) -> None:
        """Nothing more will be printed, and the stream was not ended: say why, as far as it can be known."""
        await self._program.exited(grace)
        await asyncio.wait([stderr], timeout=grace)
        words = self._log.last_words[:_MAX_LAST_WORDS]
        last = f"; its last words: {words!r}" if words else ""
        self._application.misbehaved(f"{self._program.ending}, and had said neither done nor error{last}")

    async def _keep_stderr(self) -> None:
        stderr = self._program.stderr
        while data := await stderr.read(_DISCARD if self._log.full else _CHUNK):
            self._log.feed(data)
            await asyncio.sleep(_SLOWLY if self._log.full else 0)
        self._log.close()

    async def _end(self, grace: float) -> None:
        obeyed = await self._program.end(grace)
        if not obeyed:
            self._application.misbehaved(f"ignored terminate for {grace:g} s, and was killed")
        if self._hearing.unquoted:
            self._application.misbehaved(self._hearing.unquoted)
