"""The tap: a reverse proxy on loopback between the faulty network and the target.

Every network sees a plain HTTP server, so every fault works, also those that know HTTP. Behind the tap TLS begins.
What passes here is the target's own wire, before any fault. Bodies go on as they come, byte for byte. If a client
reads slowly, the tap does. How an answer ends is passed on too: a clean end as one, a broken one as a reset.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import aiohttp
from aiohttp import web
from multidict import CIMultiDict

from ssechaos.client.breaks import next_bytes
from ssechaos.errors import TargetError
from ssechaos.server.sockets import reset
from ssechaos.target.origin import redirect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from multidict import CIMultiDictProxy

    from ssechaos.target.asking import Asking
    from ssechaos.target.wire import Connection, Wire
    from ssechaos.target.witness import Witness

_HOST = "127.0.0.1"
_BACKLOG = 4096  # as many as the reference server lets wait
_PER_CONNECTION = frozenset(
    {
        # RFC 9110, section 7.6.1; RFC 7838 (Alt-Svc) would lead clients around the faults
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
        *("host", "alt-svc"),
    }
)


class Tap:
    """Forwards every request to the target, and reads along. ``async with`` starts it.

    Attributes:
        url: Where it answers.
    """

    def __init__(self, asking: Asking, wire: Wire, witness: Witness | None) -> None:
        """``witness`` is let go first, so that it misses nothing."""
        self.url = ""
        self._asking = asking
        self._wire = wire
        self._witness = witness
        self._broken: TargetError | None = None
        server = web.Server(self._answer, access_log=None, handler_cancellation=True)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0, backlog=_BACKLOG).start()
        self.url = f"http://{_HOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def check_target(self) -> None:
        """Look whether what was seen can be trusted.

        Raises:
            TargetError: the target led away from the tap, or can't be read.
        """
        if self._broken is not None:
            raise self._broken
        if self._witness is not None:
            self._witness.check()

    async def crash(self) -> None:
        """Refuse: the server is somebody else's."""
        raise TargetError("the target is somebody else's server; it can't be killed")

    async def restart(self) -> None:
        """Refuse: the server is somebody else's."""
        raise TargetError("the target is somebody else's server; it can't be started")

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        connection = self._wire.arrives(_peer(request), request.headers.get("Last-Event-ID"))
        why = "client_gone"  # if this is cancelled
        try:
            response, why = await self._pass_on(request, connection)
            return response
        finally:
            connection.over(why)

    async def _pass_on(self, request: web.BaseRequest, connection: Connection) -> tuple[web.StreamResponse, str]:
        """Ask the target and send its answer on; returns also how that ended."""
        try:
            if self._witness is not None:
                await self._witness.watching()
            async with self._asking.forward(
                request.method,
                request.rel_url.raw_path_qs,
                _passed_on(request.headers),
                request.content if request.can_read_body else None,
            ) as answer:
                return await self._relay(request, answer, connection), "server_end"
        except TargetError as error:
            self._broken = self._broken or error
        except (aiohttp.ClientError, OSError):
            pass  # of whichever side: what is broken here is broken there
        transport = request.transport
        if transport is None or transport.is_closing():
            return web.Response(), "client_gone"
        reset(transport)
        return web.Response(), "server_reset"

    async def _relay(
        self, request: web.BaseRequest, answer: aiohttp.ClientResponse, connection: Connection
    ) -> web.StreamResponse:
        response = web.StreamResponse(
            status=answer.status, reason=answer.reason, headers=CIMultiDict(_passed_on(answer.headers))
        )
        leads_to = redirect(answer.status, answer.headers, answer.url)
        if leads_to is None:
            connection.answered(answer.status, answer.content_type, answer.headers.get("Content-Encoding", ""))
        else:
            connection.redirected()
            response.headers["Location"] = leads_to
        await response.prepare(request)
        while data := await next_bytes(answer.content):
            connection.carried(data)
            await response.write(data)
        await response.write_eof()
        return response


def _peer(request: web.BaseRequest) -> str:
    name = request.transport.get_extra_info("peername") if request.transport is not None else None
    return f"{name[0]}:{name[1]}" if name else ""


def _passed_on(headers: CIMultiDictProxy[str]) -> Iterator[tuple[str, str]]:
    """Headers without those that belong to one connection only."""
    named = {name.strip().lower() for value in headers.getall("Connection", ()) for name in value.split(",")}
    left_out = _PER_CONNECTION | named
    return ((name, value) for name, value in headers.items() if name.lower() not in left_out)
