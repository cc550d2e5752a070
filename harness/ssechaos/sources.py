"""Where the stream of a run comes from: the reference server, or any server by its URL.

A source opens the server behind the network, says where on it the stream is, and how it is known what was sent.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode, urlsplit

import aiohttp

from ssechaos.errors import TargetError, UsageError
from ssechaos.faults.base import ServerFault
from ssechaos.model import Scenario, ServerSettings, Terms
from ssechaos.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.networks.base import Upstream
    from ssechaos.server import Ledger

LOOK_TIMEOUT = 10.0
"""Seconds that a target has to answer the first look at it."""

_OK = 200


class Source(Protocol):
    """A server to stream from."""

    name: str
    """What reports call it."""
    ground_truth: str
    """How it is known what was sent: ``ledger``, ``sequence`` or ``witness``."""
    terms: Terms
    """How its streams are counted, and when they are complete."""
    options: tuple[str, ...]
    """The words beside its name with which a command asks for it; none is a secret."""

    def refuses(self, scenario: Scenario) -> str | None:
        """Why ``scenario`` can't be played against this server; None when it can."""

    def open(
        self, settings: ServerSettings, ledger: Ledger, dice: Random
    ) -> AbstractAsyncContextManager[Upstream]:
        """The server, running for as long as the context lasts. ``dice`` is for whatever it makes up.

        Raises:
            TargetError: on entering, when it does not stream.
        """

    def path(self, scenario: Scenario) -> str:
        """Path and query of the stream."""


class ReferenceSource:
    """The reference server, started for each run, with its ledger as ground truth."""

    name = "reference"
    ground_truth = "ledger"
    terms = Terms()
    options: tuple[str, ...] = ()

    def refuses(self, scenario: Scenario) -> str | None:  # noqa: ARG002 - it can be set up for any
        """It plays everything."""
        return None

    def open(
        self, settings: ServerSettings, ledger: Ledger, dice: Random
    ) -> AbstractAsyncContextManager[Upstream]:
        """A server of the run's own, on a free port."""
        return ReferenceServer(settings, ledger=ledger, random=dice)

    def path(self, scenario: Scenario) -> str:
        """The scenario's workload as a query."""
        workload = scenario.workload
        query = {
            "events": workload.events,
            "interval": f"{workload.interval:g}",
            "size": workload.size,
            "stream": scenario.name,
        }
        return f"/stream?{urlencode(query)}"


class Target:
    """A server that somebody else runs. What it sent is known from the integer ids of its events."""

    ground_truth = "sequence"
    terms = Terms()
    options: tuple[str, ...] = ()

    def __init__(self, url: str) -> None:
        """``url`` is that of the stream.

        Raises:
            UsageError: it is no ``http://`` URL.
        """
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise UsageError(f"--target takes the http:// URL of an event stream, not {url!r}")
        self._url = url
        self._query = f"?{parts.query}" if parts.query else ""
        self._path = (parts.path or "/") + self._query
        self._origin = f"http://{parts.netloc.rpartition('@')[2]}"
        self.name = self._origin + (parts.path or "/")

    def refuses(self, scenario: Scenario) -> str | None:
        """What needs our own server can't be played: its settings, or killing it."""
        if any(isinstance(step.fault, ServerFault) for step in scenario.schedule):
            return "it kills the server, and this one is somebody else's"
        ours = asdict(scenario.server)
        changed = [name for name, value in asdict(ServerSettings()).items() if ours[name] != value]
        return f"it needs a server with other {', '.join(changed)}" if changed else None

    @asynccontextmanager
    async def open(self, *_: object) -> AsyncIterator[Upstream]:
        """Look at the target once, without any fault between, so that a dead one is not taken for a finding."""
        await self._look()
        yield _Foreign(self._origin)

    def path(self, scenario: Scenario) -> str:  # noqa: ARG002 - the target sends what it sends
        """Path and query of the URL, as given."""
        return self._path

    async def _look(self) -> None:
        timeout = aiohttp.ClientTimeout(total=LOOK_TIMEOUT)
        headers = {"Accept": "text/event-stream"}
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(self._url, headers=headers, allow_redirects=False) as response,
            ):
                self._judge(response)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            cause = str(error) or f"no answer within {LOOK_TIMEOUT:g} s"
            raise TargetError(f"the target {self.name} can't be reached: {cause}; is it running?") from error

    def _judge(self, response: aiohttp.ClientResponse) -> None:
        if response.status != _OK:
            raise TargetError(f"the target {self.name} answers {response.status} {response.reason}, not 200")
        if response.content_type != "text/event-stream":
            raise TargetError(
                f"the target {self.name} is no event stream: its Content-Type is {response.content_type}, "
                "not text/event-stream",
            )


class _Foreign:
    """A running server that is not ours to crash."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def crash(self) -> None:
        raise TargetError("the target is somebody else's server; it can't be killed")

    async def restart(self) -> None:
        raise TargetError("the target is somebody else's server; it can't be started")
