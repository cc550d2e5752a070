"""The program in the device's container: a small TCP relay, which is where the client's packets leave from.

It runs by itself (``python3 -I relay.py HOST:PORT``), listens on port 8000 and needs only the standard library.
A device has one network beside the one that it is reached by; while it has none (a handoff), it has no
coverage, and new connections wait. Closes are passed on as what they are, FIN or RST.

It prints what happens, one JSON object a line: ``opened`` and ``closed`` (by FIN, RST, or ``dead``: it was made
from an address that the device no longer has). When the container was frozen, it finds out by its clock, and says
for how long, and what had waited: ``{"fact": "thawed", "frozen": 1.5, "bytes": 2000, "connections": 1}``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import sys
import time

_PORT = 8000
_TICK = 0.05
_NOTICEABLE = 0.1  # seconds that the clock may jump on a busy machine
_CHUNK = 64 * 1024
_INTERFACES = 3  # with coverage: the loopback, the way in, the way out


class Relay:
    """All connections of the device, and what passed them."""

    def __init__(self, host: str, port: int) -> None:
        self._upstream = host, port
        self._bytes = 0
        self._connections = 0
        self._made_from: dict[int, str] = {}
        self._looked = time.monotonic()

    async def serve(self) -> None:
        """Relay until the process is ended."""
        server = await asyncio.start_server(self._accept, port=_PORT, limit=_CHUNK, backlog=1024)
        say(fact="serving")
        async with server:
            while True:
                await self._watch_the_clock()
                self._bury_the_dead()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections += 1
        number = self._connections
        say(fact="opened", connection=number)
        try:
            how = await self._relay(number, reader, writer)
        except OSError:
            _reset(writer)
            how = "RST"
        finally:
            writer.close()
        if how != "dead":
            say(fact="closed", connection=number, how=how)

    async def _relay(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """Carry both directions to their ends; return how it ended."""
        waiting = await _until_coverage(reader)
        if waiting is None:
            return "FIN"
        onward, outward = await asyncio.open_connection(*self._upstream, limit=_CHUNK)
        self._made_from[number] = outward.get_extra_info("sockname")[0]
        outward.write(waiting)
        back = asyncio.create_task(self._carry(onward, writer))
        gone = await self._carry(reader, outward)
        if self._made_from.pop(number, None) is None:
            back.cancel()
            _reset(outward)
            return "dead"
        came = await back
        outward.close()
        return max(gone, came)  # an RST is more than a FIN

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """One direction of one connection, to its end; return how it ended."""
        try:
            while data := await reader.read(_CHUNK):
                self._bytes += len(data)
                writer.write(data)
                await writer.drain()
            if writer.can_write_eof() and not writer.is_closing():
                writer.write_eof()
        except OSError:
            _reset(writer)
            return "RST"
        return "FIN"

    def _bury_the_dead(self) -> None:
        """State which connections were made from an address that the device no longer has."""
        lost = {address for address in set(self._made_from.values()) if _lost(address)}
        for number in [number for number, address in self._made_from.items() if address in lost]:
            del self._made_from[number]
            say(fact="closed", connection=number, how="dead")

    async def _watch_the_clock(self) -> None:
        """Say so when more time has passed since the last look than between two looks. No moment is left out."""
        before, seen = self._looked, (self._bytes, self._connections)
        await asyncio.sleep(_TICK)
        self._looked = time.monotonic()
        frozen = self._looked - before - _TICK
        if frozen > _NOTICEABLE:
            await asyncio.sleep(_TICK)  # what waited is read by then
            waited = {"bytes": self._bytes - seen[0], "connections": self._connections - seen[1]}
            say(fact="thawed", frozen=round(frozen, 3), **waited)


async def _until_coverage(reader: asyncio.StreamReader) -> bytes | None:
    """Wait for a network; return what the client sent meanwhile, or nothing when it left."""
    waiting = bytearray()
    while len(socket.if_nameindex()) < _INTERFACES:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_TICK):
                data = await reader.read(_CHUNK)
                if not data:
                    return None
                waiting += data
    return bytes(waiting)


def _lost(address: str) -> bool:
    """Whether this machine no longer has an address: a connection from there is dead, and nobody is told."""
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return True
    return False


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with an RST (SO_LINGER of 0)."""
    tcp = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def say(**fact: object) -> None:
    """Print a fact as one line, with the time by the clock that all processes of the machine share."""
    sys.stdout.write(json.dumps({"at": time.monotonic(), **fact}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    name, _, number = sys.argv[1].rpartition(":")
    asyncio.run(Relay(name, int(number)).serve())
