"""The server that `create_server` returns: its addresses, its connections, and the gate that a fault can close."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, get_args

from ssechaos.errors import UsageError
from ssechaos.networks.simulated.sockets import Address, SimulatedSocket
from ssechaos.networks.simulated.transports import StreamTransport

if TYPE_CHECKING:
    from ssechaos.networks.simulated.endpoints import Endpoint

Gate = Literal["accept", "refuse", "hang"]
"""How connection attempts are answered: let in, turned away (RST), or not at all."""

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class SimulatedServer(asyncio.AbstractServer):
    """A listening server. As in Python 3.12 and later, `wait_closed()` waits for the connections too."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        factory: ProtocolFactory,
        addresses: Sequence[Address],
        unbind: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._factory = factory
        self._addresses = tuple(addresses)
        self._unbind = unbind
        self._gate: Gate = "accept"
        self._serving = False
        self._closed = False
        self._connections: dict[StreamTransport, None] = {}
        self._all_closed = asyncio.Event()
        self._serving_forever: asyncio.Future[None] | None = None
        self._context = contextvars.copy_context()  # programs expect it in their protocols, not their peer's

    def __repr__(self) -> str:
        return f"<SimulatedServer {list(self._addresses)} gate={self.gate}>"

    @property
    def sockets(self) -> tuple[SimulatedSocket, ...]:
        """The listening sockets; none once the server is closed."""
        return () if self._closed else tuple(SimulatedSocket(address) for address in self._addresses)

    @property
    def gate(self) -> Gate:
        """How connection attempts are answered now."""
        return self._gate if self._serving else "refuse"

    def set_gate(self, gate: Gate) -> None:
        """Answer connection attempts from now on in this way; `UsageError` for a word that is no gate.

        An attempt that hangs is repeated by the client's kernel, and completes at its first repetition after the
        gate has opened again.
        """
        if gate not in get_args(Gate):
            raise UsageError(f"a gate is one of {', '.join(get_args(Gate))}, not {gate!r}")
        self._gate = gate

    def accept(self, endpoint: Endpoint, local: Address, peer: Address) -> None:
        """Take a new connection in; the client's handshake is over."""
        self._loop.call_soon(self._accept, endpoint, local, peer, context=self._context)

    def _accept(self, endpoint: Endpoint, local: Address, peer: Address) -> None:
        if self._closed:  # the kernel resets what the program did not accept in time
            endpoint.close(reset=True)
            return
        try:
            protocol = self._factory()
        except Exception as error:  # noqa: BLE001  # whatever it is, the loop's handler reports it
            self._loop.call_exception_handler({"message": "Error on transport creation", "exception": error})
            endpoint.close(reset=False)
            return
        transport = StreamTransport(
            self._loop, endpoint, SimulatedSocket(local, peer), lambda: self._forget(transport)
        )
        self._connections[transport] = None
        transport.start(protocol)

    def _forget(self, transport: StreamTransport) -> None:
        self._connections.pop(transport, None)
        self._check_all_closed()

    def _check_all_closed(self) -> None:
        if self._closed and not self._connections:
            self._all_closed.set()

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that the server runs on."""
        return self._loop

    def is_serving(self) -> bool:
        """Whether connections are accepted, gate aside."""
        return self._serving

    async def start_serving(self) -> None:
        """Accept connections from now on."""
        self._serving = not self._closed

    async def serve_forever(self) -> None:
        """Accept connections until cancelled, then close; `RuntimeError` when closed or called twice."""
        if self._closed or self._serving_forever is not None:
            raise RuntimeError(f"server {self!r} is closed, or already awaited on serve_forever()")
        await self.start_serving()
        self._serving_forever = self._loop.create_future()
        try:
            await self._serving_forever
        finally:
            self._serving_forever = None
            self.close()
            await self.wait_closed()

    def close(self) -> None:
        """Stop listening; connections stay."""
        if self._closed:
            return
        self._closed = True
        self._serving = False
        self._unbind()
        if self._serving_forever is not None:
            self._serving_forever.cancel()
        self._check_all_closed()

    def close_clients(self) -> None:
        """Close every connection."""
        for transport in list(self._connections):
            transport.close()

    def abort_clients(self) -> None:
        """Abort every connection."""
        for transport in list(self._connections):
            transport.abort()

    async def wait_closed(self) -> None:
        """Wait until the server and all its connections are closed."""
        await self._all_closed.wait()
