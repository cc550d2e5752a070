"""Orders to the program in the sidecar (``agent.py``), over the standard input and output of one ``docker exec``.

The engine hands over the connection to the program as a socket, on which what the program prints comes in frames:
a byte for the stream it was printed on, three of nothing, four for the length (Docker's API, "attach").
"""

from __future__ import annotations

import asyncio
import json
import struct
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from ssechaos.networks.containers.engine import Engine

_COMMAND = ["python3", "-I", "/opt/ssechaos/networks/containers/agent.py"]
_DEADLINE = 15.0
_HEADER = struct.Struct(">BxxxL")
_STDOUT = 1


@dataclass(slots=True)
class _Order:
    """A command that is under way."""

    take: Callable[[dict[str, Any]], None]
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Control:
    """The connection to the sidecar."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._numbers = count(1)
        self._orders: dict[int, _Order] = {}
        self._last_words = ""
        self._silent = False

    async def run(self, *command: str, given: str = "") -> str:
        """What a command printed, with ``given`` on its standard input.

        Raises:
            NetworkError: it failed; says what it said.
        """
        answers: list[dict[str, Any]] = []
        number = self._begin(answers.append, command=command, input=given)
        await self._end(number)
        if not answers or answers[0]["code"]:
            said = answers[0]["output"].strip() if answers else self._last_words
            raise NetworkError(f"{' '.join(command)} failed in the sidecar: {said}\n{given}".rstrip())
        output: str = answers[0]["output"]
        return output

    @asynccontextmanager
    async def repeated(
        self, *command: str, every: float, take: Callable[[float, str], None]
    ) -> AsyncIterator[None]:
        """Run a command every so many seconds; ``take`` is told the loop's time, and what it printed."""

        def told(answer: dict[str, Any]) -> None:
            take(answer["at"], answer["output"])

        number = self._begin(told, command=command, every=every)
        try:
            yield
        finally:
            self._write({"id": number, "stop": True})
            await self._end(number)

    async def listen(self) -> None:
        """Take answers for as long as the program runs."""
        rest = b""
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                stream, size = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
                data = await self._reader.readexactly(size)
                if stream != _STDOUT:
                    self._last_words = data.decode(errors="replace")
                    continue
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._answered(json.loads(line))
        self._silent = True
        for order in self._orders.values():
            order.over.set()

    def _answered(self, answer: dict[str, Any]) -> None:
        order = self._orders[answer["id"]]
        if "over" in answer:
            order.over.set()
        else:
            order.take(answer)

    def _begin(self, take: Callable[[dict[str, Any]], None], **order: Any) -> int:
        number = next(self._numbers)
        self._orders[number] = _Order(take)
        self._write({"id": number, **order})
        return number

    async def _end(self, number: int) -> None:
        try:
            async with asyncio.timeout(_DEADLINE):
                if not self._silent:
                    await self._orders[number].over.wait()
        except TimeoutError as error:
            raise NetworkError(f"the sidecar does not answer within {_DEADLINE:g} s") from error
        finally:
            del self._orders[number]

    def _write(self, order: dict[str, Any]) -> None:
        self._writer.write(json.dumps(order).encode() + b"\n")


@asynccontextmanager
async def control(engine: Engine, container: Any) -> AsyncIterator[Control]:
    """The connection to the program in ``container``, which is started, and ended on leaving.

    Raises:
        NetworkError: the engine can't start it.
    """
    connection = await engine.converse(container, _COMMAND)
    reader, writer = await asyncio.open_connection(sock=connection)
    made = Control(reader, writer)
    listening = asyncio.create_task(made.listen())
    try:
        yield made
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        await listening
