"""The clients' ends of many streams, which look at no more of the events than a measurement needs."""

from __future__ import annotations

import asyncio

from bench.measure.source import EVENT_SIZE

_STAMP = slice(len("data: "), len("data: ") + 32)


class Sink(asyncio.Protocol):
    """Counts bytes; the others keep more."""

    def __init__(self, number: int) -> None:
        """``number`` is the stream to ask for."""
        self.number = number
        self.received = 0
        """Bytes, with the response's head."""
        self.closed = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - narrows the type
        self._transport = transport
        transport.write(b"GET /%d HTTP/1.1\r\nHost: bench\r\nAccept: text/event-stream\r\n\r\n" % self.number)

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        self.received += len(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - by whom is known without it
        """It was closed, by us or not."""
        self.closed = True

    def close(self) -> None:
        """Let go of the stream."""
        self._transport.close()


class KeepingSink(Sink):
    """Keeps all bytes."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.bytes = bytearray()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        super().data_received(data)
        self.bytes += data


class TimingSink(Sink):
    """Notes how long each stamped event was under way."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.ages: list[float] = []
        """Seconds."""
        self._clock = asyncio.get_running_loop().time
        self._rest = b""

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        now = self._clock()
        head = 0 if self.received >= EVENT_SIZE else EVENT_SIZE
        super().data_received(data)
        fresh = self._rest + data
        whole = len(fresh) - len(fresh) % EVENT_SIZE
        for start in range(head, whole, EVENT_SIZE):
            self.ages.append(now - float(fresh[start : start + EVENT_SIZE][_STAMP]))
        self._rest = fresh[whole:]
