"""``GET /stream``: who is let in, which stream it gets, and which connections are open."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from itertools import count
from typing import TYPE_CHECKING

from ssechaos.server.limits import Limits
from ssechaos.server.query import last_event_id, read_query
from ssechaos.server.refusal import RefusalError

if TYPE_CHECKING:
    from aiohttp import web

    from ssechaos.model import ServerSettings, Workload
    from ssechaos.server.connection import Connection, ConnectionFactory
    from ssechaos.server.ledger import Ledger
    from ssechaos.server.stream import Stream
    from ssechaos.server.streams import Streams

_OK = 200


class StreamHandler:
    """Answers requests for streams.

    Args:
        settings: The limits.
        workload: What a stream sends when the request does not say.
        streams: Where streams are found.
        ledger: Is told of every request.
        connection: Makes the connections.
    """

    def __init__(
        self,
        settings: ServerSettings,
        workload: Workload,
        streams: Streams,
        ledger: Ledger,
        connection: ConnectionFactory,
    ) -> None:
        self._settings = settings
        self._workload = workload
        self._streams = streams
        self._ledger = ledger
        self._connection = connection
        self._limits = Limits(settings)
        self._numbers = count(1)
        self._open: dict[Connection, asyncio.Event] = {}

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with the stream, or say why not."""
        number = next(self._numbers)
        asked = last_event_id(request.query, request.headers)
        with ExitStack() as held:
            try:
                stream = self._admit(request, held)
            except RefusalError as refused:
                self._ledger.requested(number, _peer(request), asked, refused.status)
                return refused.response()
            self._ledger.requested(number, _peer(request), asked, _OK)
            connection = self._connection(number, request, stream, self._settings, self._ledger)
            return await self._run(connection, asked)

    def cut_all(self, reason: str) -> None:
        """Break every open connection at once."""
        for connection in self._open:
            connection.cut(reason)

    async def all_closed(self) -> None:
        """Wait until no connection is open."""
        while self._open:
            await next(iter(self._open.values())).wait()

    def _admit(self, request: web.Request, held: ExitStack) -> Stream:
        client = request.remote or ""
        self._limits.admit(client, asyncio.get_running_loop().time())
        query = read_query(request.query, request.headers, self._workload)
        held.enter_context(self._limits.connection(client))
        return held.enter_context(self._streams.reading(query))

    async def _run(self, connection: Connection, asked: str | None) -> web.StreamResponse:
        self._open[connection] = closed = asyncio.Event()
        try:
            return await connection.run(asked)
        finally:
            del self._open[connection]
            closed.set()


def _peer(request: web.Request) -> str:
    """The client as ``address:port``."""
    name = request.transport.get_extra_info("peername") if request.transport else None
    return f"{name[0]}:{name[1]}" if name else "unknown"
