"""The program in the sidecar: runs commands for the harness, once or again and again.

To start a program in a container takes a tenth of a second; from here it takes a few milliseconds, which is what a
schedule of faults needs. It runs by itself (``python3 -I agent.py``) and speaks JSON, one object a line. In:
``{"id": 1, "command": ["nft", …], "input": "…"}``; with ``"every": 0.02`` it is run again and again until
``{"id": 1, "stop": true}``. Out: ``{"id": 1, "at": …, "code": 0, "output": "…"}`` for each time that it ran, and
``{"id": 1, "over": true}`` when it will not be run any more. It ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any


class Agent:
    """All commands that run."""

    def __init__(self) -> None:
        self._stops: dict[int, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Take orders until there are no more."""
        reader = asyncio.StreamReader(limit=1 << 20)
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
        )
        while line := await reader.readline():
            self._take(json.loads(line))
        tasks = tuple(self._tasks)
        for task in tasks:  # here, as asyncio.run would cancel with them what starts a process, and then hang
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, order: dict[str, Any]) -> None:
        if "stop" in order:
            self._stops[order["id"]].set()
            return
        self._stops[order["id"]] = asyncio.Event()
        task = asyncio.create_task(self._carry_out(**order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry_out(
        self,
        id: int,  # noqa: A002 - the protocol's word
        command: list[str],
        input: str = "",  # noqa: A002 - likewise
        every: float | None = None,
    ) -> None:
        stop = self._stops[id]
        while True:
            say(id=id, at=time.monotonic(), **await _run(command, input))
            if every is None or stop.is_set():
                break
            try:
                async with asyncio.timeout(every):
                    await stop.wait()
            except TimeoutError:
                continue
        del self._stops[id]
        say(id=id, over=True)


async def _run(command: list[str], given: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate(given.encode())
    finally:
        if process.returncode is None:  # the program ends, and what it runs with it
            process.kill()
            await process.wait()
    return {"code": process.returncode, "output": output.decode(errors="replace")}


def say(**values: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(Agent().serve())
