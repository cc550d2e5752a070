"""An in-memory stream transport: a connection as a program sees it through asyncio.

What asyncio's socket transports do is done here in the same order: a protocol is only ever called from the loop,
never from inside its peer's call; data that arrived before an RST is delivered before the loss is told; a reader
that is paused notices neither FIN nor RST until it resumes or writes.

One deliberate difference: `abort()` sends RST. On a real socket it sends FIN, unless SO_LINGER(1, 0) is set or
bytes were left unread.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING

from ssechaos.networks.simulated.flow import FlowControlled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ssechaos.networks.simulated.endpoints import Endpoint
    from ssechaos.networks.simulated.sockets import SimulatedSocket

Bytes = bytes | bytearray | memoryview


class StreamTransport(FlowControlled):
    """One end of a simulated connection, idle until `start()` gives it a protocol."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoint: Endpoint,
        sock: SimulatedSocket,
        on_closed: Callable[[], None],
    ) -> None:
        names = {"socket": sock, "sockname": sock.getsockname(), "peername": sock.getpeername()}
        super().__init__(loop, endpoint, names)
        self._socket = sock
        self._on_closed = on_closed
        self._context = contextvars.copy_context()  # a protocol is called in its own program's, not its peer's
        self._started = False
        self._paused = False  # by pause_reading()
        self._saw_eof = False
        self._wrote_eof = False
        self._closing = False
        self._losing = False  # connection_lost was called, or the loop is about to
        self._delivering = False  # the loop is about to call _deliver
        endpoint.on_arrival = self._look
        endpoint.on_room = self._room

    def __repr__(self) -> str:
        state = " closing" if self._closing else ""
        return f"<StreamTransport {self._socket.local!r} -> {self._socket.peer!r}{state}>"

    def start(self, protocol: asyncio.BaseProtocol) -> None:
        """Have connection_made called on `protocol`, and then what has arrived delivered."""
        self._protocol = protocol
        self._loop.call_soon(self._begin, context=self._context)

    def _begin(self) -> None:
        try:
            self._protocol.connection_made(self)
        finally:
            self._started = True
            self._look()

    # What the program calls.

    def write(self, data: Bytes) -> None:
        """Send `data`, now or when the peer has room; nothing happens once the connection is lost."""
        if not isinstance(data, Bytes):
            raise TypeError(f"data argument must be a bytes-like object, not {type(data).__name__!r}")
        if self._wrote_eof:
            raise RuntimeError("Cannot call write() after write_eof()")
        if self._losing or not data:
            return
        if self._endpoint.reset_arrived:
            self._lose_soon(self._endpoint.reset_error())
            return
        if self._endpoint.send(bytes(data)):
            self._pause_if_full()

    def writelines(self, list_of_data: Iterable[Bytes]) -> None:
        """Send the pieces as one write."""
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        """Always: a TCP connection can be half closed."""
        return True

    def write_eof(self) -> None:
        """Send FIN after what was written; the peer may go on sending."""
        if not self._closing and not self._wrote_eof:
            self._wrote_eof = True
            self._endpoint.finish()

    def is_reading(self) -> bool:
        """Whether the program neither paused nor closed."""
        return not self._closing and not self._paused

    def pause_reading(self) -> None:
        """Leave what arrives unread, until the window is full and the peer has to stop."""
        self._paused = True

    def resume_reading(self) -> None:
        """Read again, starting with what has arrived meanwhile."""
        self._paused = False
        self._look()

    def is_closing(self) -> bool:
        """Whether the connection is closed or about to be."""
        return self._closing

    def close(self) -> None:
        """Send what was written, then close."""
        if not self._closing:
            self._closing = True
            if not self._endpoint.waiting:
                self._lose_soon(None)

    def abort(self) -> None:
        """Close at once, and forget what waits to be sent. The peer gets FIN, or RST if SO_LINGER says so."""
        if not self._losing:
            self._lose_soon(None)

    # What the endpoint calls.

    def _look(self) -> None:
        """Have what has arrived delivered in the loop's next round, if the program reads."""
        endpoint = self._endpoint
        if endpoint.reset_arrived and endpoint.waiting:
            self._lose_soon(endpoint.reset_error())  # sending what waits fails, paused or not
        elif self._reads and endpoint.readable and not self._delivering:
            self._delivering = True
            self._loop.call_soon(self._deliver, context=self._context)

    def _room(self) -> None:
        """Have what depends on how much waits looked after in the loop's next round."""
        self._loop.call_soon(self._sent, context=self._context)

    # What the loop calls.

    def _sent(self) -> None:
        if self._losing:
            return
        self._resume_if_drained()
        if self._closing and not self._endpoint.waiting:
            self._lose_soon(None)

    @property
    def _reads(self) -> bool:
        return self._started and not (self._paused or self._closing or self._saw_eof)

    def _deliver(self) -> None:
        self._delivering = False
        if not self._reads:
            return
        endpoint = self._endpoint
        if endpoint.unread:
            self._feed(endpoint.read())
            if endpoint.readable:
                self._look()
        elif endpoint.fin_arrived:  # an RST after a FIN shows only when the program writes
            self._feed_eof()
        elif endpoint.reset_arrived:
            self._lose_soon(endpoint.reset_error())

    def _feed(self, data: bytes) -> None:
        try:
            if isinstance(self._protocol, asyncio.BufferedProtocol):
                _fill(self._protocol, data)
            else:
                self._protocol.data_received(data)  # type: ignore[attr-defined]  # a streaming protocol has it
        except Exception as error:  # noqa: BLE001  # a protocol that fails loses its connection, as in asyncio
            self._break("data_received", error)

    def _feed_eof(self) -> None:
        self._saw_eof = True
        try:
            keep_open = self._protocol.eof_received()  # type: ignore[attr-defined]  # a streaming protocol has it
        except Exception as error:  # noqa: BLE001  # as above
            self._break("eof_received", error)
        else:
            if not keep_open:
                self.close()

    def _lose(self, error: BaseException | None) -> None:
        try:
            self._protocol.connection_lost(error)  # type: ignore[arg-type]
        finally:
            self._endpoint.close(reset=self._socket.resets_on_close)
            self._on_closed()

    def _lose_soon(self, error: BaseException | None) -> None:
        if not self._losing:
            self._losing = self._closing = True
            self._endpoint.drop_waiting()
            self._loop.call_soon(self._lose, error, context=self._context)

    def _break(self, method: str, error: Exception) -> None:
        self._report(f"Fatal error: protocol.{method}() call failed.", error)
        self._lose_soon(error)


def _fill(protocol: asyncio.BufferedProtocol, data: bytes) -> None:
    """Hand `data` to a protocol that brings its own buffers."""
    while data:
        buffer = memoryview(protocol.get_buffer(len(data))).cast("B")
        count = min(len(buffer), len(data))
        if not count:
            raise RuntimeError("get_buffer() returned an empty buffer")
        buffer[:count] = data[:count]
        protocol.buffer_updated(count)
        data = data[count:]
