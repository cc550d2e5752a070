"""What a container prints on its standard output, line by line, as it comes.

The engine keeps it across restarts of the container, so after one the lines are read again from the first, and
those that were taken before are passed over.
"""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable

_DEADLINE = 30.0


class Lines:
    """Follows a container. ``take`` is called in the event loop with each line that begins a JSON object.

    Lines ``{"fact": "serving"}`` are not handed on; ``serving`` waits for one.
    """

    def __init__(self, container: Any, take: Callable[[str], None]) -> None:
        self._container = container
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._seen = 0
        self._serving = asyncio.Event()
        self._ended = asyncio.Event()

    def follow(self) -> None:
        """Begin, or begin again after the container was started again."""
        self._serving.clear()
        self._ended.clear()
        threading.Thread(target=self._read, name=f"lines of {self._container.name}", daemon=True).start()

    async def serving(self) -> None:
        """Wait until the program in the container says that it serves.

        Raises:
            NetworkError: it ended instead, or took too long; with what it said on standard error.
        """
        waits = [asyncio.create_task(event.wait()) for event in (self._serving, self._ended)]
        await asyncio.wait(waits, timeout=_DEADLINE, return_when="FIRST_COMPLETED")
        for wait in waits:
            wait.cancel()
        if not self._serving.is_set():
            said = await asyncio.to_thread(self._container.logs, stdout=False, tail=20)
            words = said.decode(errors="replace").strip()
            raise NetworkError(f"the program in the container {self._container.name} does not serve: {words}")

    async def ended(self) -> None:
        """Wait until everything that a stopped or removed container printed was taken."""
        async with asyncio.timeout(_DEADLINE):
            await self._ended.wait()

    @property
    def over(self) -> bool:
        """Whether the container prints no more: its program has ended."""
        return self._ended.is_set()

    def _read(self) -> None:
        """In a thread of its own: the package blocks for as long as the container runs."""
        rest, number = b"", 0
        try:
            with closing(self._container.logs(stream=True, follow=True, stderr=False)) as stream:
                for chunk in stream:
                    *whole, rest = (rest + chunk).split(b"\n")
                    fresh = whole[max(0, self._seen - number) :]
                    number += len(whole)
                    self._tell(self._take_all, fresh)
        finally:
            self._tell(self._ended.set)

    def _tell(self, method: Callable[..., object], *arguments: list[bytes]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(method, *arguments)

    def _take_all(self, lines: list[bytes]) -> None:
        self._seen += len(lines)
        for line in lines:
            if b'"serving"' in line and json.loads(line)["fact"] == "serving":
                self._serving.set()
            elif line.startswith(b"{"):
                self._take(line.decode())
