"""The event loop's face to the simulated host: connections, servers, names."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from ssechaos.networks.simulated.host import Host
from ssechaos.networks.simulated.outside import NoOutsideWorld, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ssechaos.networks.simulated.addresses import Names
    from ssechaos.networks.simulated.servers import ProtocolFactory, SimulatedServer
    from ssechaos.networks.simulated.sockets import Address
    from ssechaos.networks.simulated.transports import StreamTransport

P = TypeVar("P", bound=asyncio.BaseProtocol)


class StreamLoop(NoOutsideWorld):
    """An event loop whose connections and servers live on a simulated host.

    Args:
        latency: Seconds that anything takes from one end of a connection to the other.
    """

    def __init__(self, latency: float) -> None:
        super().__init__()
        self._host = Host(self, latency)
        self._connected: WeakKeyDictionary[socket.socket, StreamTransport] = WeakKeyDictionary()

    @property
    def names(self) -> Names:
        """The names that resolve; register a server's name here."""
        return self._host.names

    async def create_connection(  # noqa: PLR0913  # asyncio's signature
        self,
        protocol_factory: Callable[[], P],
        host: str | None = None,
        port: int | None = None,
        *,
        ssl: Any = None,
        family: int = 0,
        sock: socket.socket | None = None,
        local_addr: tuple[str, int] | None = None,
        **_tuning: Any,
    ) -> tuple[StreamTransport, P]:
        """Connect to a TCP server, or take over a socket that `sock_connect` has connected."""
        _refuse_tls(ssl)
        if sock is not None:
            return await _attach(self._take_over(sock), protocol_factory)
        address = self._resolve(host, port, family)
        local = None if local_addr is None else self._resolve(*local_addr, family)
        return await _attach(await self._host.connect(address, local), protocol_factory)

    async def create_unix_connection(
        self,
        protocol_factory: Callable[[], P],
        path: str | None = None,
        *,
        ssl: Any = None,
        sock: socket.socket | None = None,
        **_tuning: Any,
    ) -> tuple[StreamTransport, P]:
        """Connect to a Unix server of the simulation, or take over a socket as `create_connection` does."""
        _refuse_tls(ssl)
        transport = await self._host.connect(str(path)) if sock is None else self._take_over(sock)
        return await _attach(transport, protocol_factory)

    async def create_server(  # type: ignore[override]  # noqa: PLR0913  # asyncio.Server is tied to real sockets
        self,
        protocol_factory: ProtocolFactory,
        host: str | Sequence[str] | None = None,
        port: int | None = None,
        *,
        family: int = 0,
        sock: socket.socket | None = None,
        ssl: Any = None,
        start_serving: bool = True,
        **_tuning: Any,
    ) -> SimulatedServer:
        """Listen on one address or several; port 0 takes the next free one."""
        _refuse_tls(ssl)
        _refuse_listening_on(sock)
        hosts = [host] if host is None or isinstance(host, str) else host
        addresses = [self._resolve(name, port, family, passive=True) for name in hosts]
        return await self._listen(protocol_factory, addresses, start_serving=start_serving)

    async def create_unix_server(  # type: ignore[override]  # as above
        self,
        protocol_factory: ProtocolFactory,
        path: str | None = None,
        *,
        sock: socket.socket | None = None,
        ssl: Any = None,
        start_serving: bool = True,
        **_tuning: Any,
    ) -> SimulatedServer:
        """Listen on a path, which exists only in the simulation."""
        _refuse_tls(ssl)
        _refuse_listening_on(sock)
        return await self._listen(protocol_factory, [str(path)], start_serving=start_serving)

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """Connect in the simulation; the real socket stays as it is and only stands for the connection."""
        target = address if isinstance(address, str) else self._resolve(address[0], address[1], sock.family)
        self._connected[sock] = await self._host.connect(target)

    async def getaddrinfo(  # noqa: PLR0913  # asyncio's signature
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002  # asyncio's name
        proto: int = 0,
        flags: int = 0,
    ) -> list[Any]:
        """Resolve a name of the simulation; `socket.gaierror` for any other."""
        del type, proto  # only TCP streams
        if not str(port or 0).isdecimal():
            raise socket.gaierror(socket.EAI_SERVICE, f"the simulation knows ports by number only, not {port!r}")
        return self.names.resolve(host, int(port or 0), family, passive=bool(flags & socket.AI_PASSIVE))

    async def getnameinfo(self, sockaddr: Any, flags: int = 0) -> tuple[str, str]:
        """The name and the port, as text, of an address of the simulation."""
        numeric = flags & socket.NI_NUMERICHOST
        return sockaddr[0] if numeric else self.names.name_of(sockaddr[0]), str(sockaddr[1])

    async def _listen(
        self, factory: ProtocolFactory, addresses: Sequence[Address], *, start_serving: bool
    ) -> SimulatedServer:
        server = self._host.listen(factory, addresses)
        if start_serving:
            await server.start_serving()
        return server

    def _resolve(self, host: Any, port: int | None, family: int, *, passive: bool = False) -> Address:
        sockaddr = self.names.resolve(host, port or 0, family, passive=passive)[0][4]
        return sockaddr[0], sockaddr[1]

    def _take_over(self, sock: socket.socket) -> StreamTransport:
        transport = self._connected.pop(sock, None)
        if transport is None:
            refuse("a connection over a real socket", "let loop.sock_connect() or create_connection() make it")
        sock.close()  # its descriptor was never used
        return transport


async def _attach(transport: StreamTransport, factory: Callable[[], P]) -> tuple[StreamTransport, P]:
    try:
        protocol = factory()
        transport.start(protocol)
        await asyncio.sleep(0)  # let connection_made be called first, as asyncio promises
    except BaseException:
        transport.close()
        raise
    return transport, protocol


def _refuse_tls(ssl: Any) -> None:
    if ssl:
        refuse("TLS", "use http:// URLs, or a plain connection")


def _refuse_listening_on(sock: socket.socket | None) -> None:
    if sock is not None:
        refuse("listening on a real socket", "pass a host and a port, or a path, instead of sock=")
