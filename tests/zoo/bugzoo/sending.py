"""Servers that send the wrong things: other bytes, another order, other ids, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bugzoo.bug import planted
from ssechaos.server import Connection
from ssechaos.server.content import chunk
from ssechaos.sse import encode

if TYPE_CHECKING:
    from typing import Any

    from ssechaos.sse import Event


@planted("corrupted", seen_in="calm")
class EncodesAsLatin1(Connection):
    """Writes its text as Latin-1, with a question mark for the rest: a framework's default character set."""

    async def write(self, event: Event) -> None:
        await self.write_bytes(encode(event).decode().encode("latin-1", "replace"))


@planted("corrupted", seen_in="calm")
class FlipsABit(Connection):
    """Damages one byte in some thousand: bad memory, or a buffer that is used again while it is being sent."""

    _written = 0

    async def write_bytes(self, data: bytes) -> None:
        damaged = bytearray(data)
        for place in range(-self._written % 5000, len(data), 5000):
            damaged[place] ^= 0x01 if damaged[place] > ord("0") else 0  # line ends and blanks stay as they are
        self._written += len(data)
        await super().write_bytes(bytes(damaged))


@planted("corrupted", seen_in=("calm", "slow_3g"))
class TruncatesLongEvents(Connection):
    """Cuts an event's data at a kilobyte: a buffer of a fixed size between the producer and the stream."""

    async def write(self, event: Event) -> None:
        await super().write(replace(event, data=event.data.encode()[:1024].decode(errors="ignore")))


@planted("wire_order", seen_in=("calm", "slow_3g"))
class SwapsEvents(Connection):
    """Sends every other pair of events the wrong way round: two workers take them from one queue."""

    _waiting: Event | None = None

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        if event.id is not None and int(event.id) % 4 == 1:
            self._waiting = event
            return
        await super().send(event, replayed=replayed)
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            await super().send(waiting, replayed=replayed)


@planted("wire_duplicate", seen_in="calm")
class SendsSomeTwice(Connection):
    """Sends every tenth event twice: a broker that delivers at least once."""

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        await super().send(event, replayed=replayed)
        if event.id is not None and int(event.id) % 10 == 0:
            await super().send(event, replayed=replayed)


@planted("resume_early", "wire_corruption", seen_in=("rapid_toggles", "server_restart"))
class IdsRestartAfterReconnect(Connection):
    """Counts the events of each connection from 1: the id is the loop variable of the handler."""

    _count = 0

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        if event.id is not None:
            self._count += 1
            event = replace(event, id=str(self._count))
        await super().send(event, replayed=replayed)


@planted("wire_corruption", seen_in=("rapid_toggles", "handoff"))
class WritesReplaysAnew(Connection):
    """Builds a replayed event again from its parts, with another time and trace than it had the first time."""

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        if replayed:
            event = replace(event, data=event.data.replace('"trace_id":"', '"trace_id":"replay-'))
        await super().send(event, replayed=replayed)


@planted("wire_corruption", seen_in=("rapid_toggles", "handoff"))
class ReplaysAnotherStream(Connection):
    """Looks an id up among the events of all streams, and replays those of another (MCP forbids it by name)."""

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        if replayed and event.id is not None:
            data = chunk(f"not {self.stream.name}", int(event.id), len(event.data), self.stream.trace_id)
            event = replace(event, data=data)
        await super().send(event, replayed=replayed)


@planted("wire_gap", seen_in="slow_reader_of_a_short_history")
class DropsEventsWhenBusy(Connection):
    """Leaves out events while a reader has some unsent: a bounded channel, with a default branch."""

    async def send(self, event: Event, *, replayed: bool = False) -> None:
        transport: Any = self._transport
        if event.id is None or transport.get_write_buffer_size() == 0:
            await super().send(event, replayed=replayed)
