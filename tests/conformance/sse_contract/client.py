"""The reference client as the contract holds it: its own core and driver, with what only the contract asks for.

The client under test is ``ssechaos.client``: attempts, waits, silence, place in the stream, parser and all. Added
are comments, which it counts and does not tell; bounds for the contract's events of 14 MB, where its own is 1 MiB;
and a restart by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from ssechaos.client.core import Core
from ssechaos.client.reference import _Run, _session
from ssechaos.model import ClientPolicy
from ssechaos.sse import Event, Parser

if TYPE_CHECKING:
    from collections.abc import Mapping

    import aiohttp

    from ssechaos.client import Application
    from ssechaos.client.answer import Head
    from ssechaos.client.decisions import Decision

_LARGEST = 64 << 20
"""Most bytes of one event."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a stream is to be asked for with."""

    url: str
    policy: ClientPolicy = field(default_factory=ClientPolicy)
    last_event_id: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    body: str | None = None


class Comment(Event):
    """A comment line, in its place among the events."""


class ContractClient:
    """One stream, which the caller may restart."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._driver: _Run | None = None

    async def read(self, application: Application) -> None:
        """Read the stream to its end."""
        asked = self._asked
        rng = Random(0)
        async with _session(trace_id="contract") as session:
            session.headers.update(asked.headers)
            requests: Any = _Requests(session, asked.method, asked.body)
            core = _Core(asked.policy, rng, asked.last_event_id)
            self._driver = _Run(asked.url, application, core, requests)
            await self._driver.to_end()

    def restart(self) -> None:
        """Break the connection, if there is one: the client comes back as from any other break."""
        response = self._driver and self._driver._response
        if response is not None and response.connection is not None and response.connection.transport is not None:
            response.connection.transport.abort()


class _Requests:
    """A session whose ``get`` makes the request that was asked for."""

    def __init__(self, session: aiohttp.ClientSession, method: str, body: str | None) -> None:
        self._session = session
        self._method = method
        self._body = body

    async def get(self, url: str, **options: Any) -> aiohttp.ClientResponse:
        return await self._session.request(self._method, url, data=self._body, **options)


class _Core(Core):
    def _open(self, head: Head, now: float) -> list[Decision]:
        decisions = super()._open(head, now)
        self._parser = _TellingParser(_LARGEST, _LARGEST)
        return decisions


class _TellingParser(Parser):
    """Hands out comments, too."""

    def feed(self, data: bytes) -> list[Event]:
        """Line by line, so that comments and events keep their order."""
        self._found: list[Event] = []
        for line in data.splitlines(keepends=True):
            events = super().feed(line)
            self._found += events
        return self._found

    def _process_field(self, line: bytes) -> None:
        super()._process_field(line)
        if line.startswith(b":"):
            self._found.append(Comment(line[1:].decode()))
