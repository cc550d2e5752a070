"""Where the stream of a run comes from: the reference server, an application (``hosting``), or a URL (``target``).

A source opens the server behind the network, says where on it the stream is, and how it is known what was sent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import urlencode

from ssechaos.server import ReferenceServer

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.model import ClientPolicy, Scenario, ServerSettings
    from ssechaos.networks.base import Upstream
    from ssechaos.recording import ServerRecorder


class Source(Protocol):
    """A server to stream from."""

    name: str
    """What reports call it."""
    ground_truth: str
    """How it is known what was sent: ``ledger``, ``sequence`` or ``witness``."""
    options: tuple[str, ...]
    """The words beside its name with which a command asks for it; none is a secret."""

    def refuses(self, scenario: Scenario) -> str | None:
        """Why ``scenario`` can't be played against this server; None when it can."""

    def policy(self, scenario: Scenario) -> ClientPolicy:
        """What the scenario's clients promise when they read from this server."""

    def open(
        self, settings: ServerSettings, ledger: ServerRecorder, dice: Random
    ) -> AbstractAsyncContextManager[Upstream]:
        """The server, running for as long as the context lasts. ``dice`` is for whatever it makes up.

        Raises:
            TargetError: on entering, when it does not stream.
        """

    def path(self, scenario: Scenario) -> str:
        """Path and query of the stream."""


@runtime_checkable
class Checked(Protocol):
    """A server that may turn out not to be fit for a run while it goes on."""

    async def check_target(self) -> None:
        """Raise ``TargetError`` when nothing that was seen of it can be trusted."""


class ReferenceSource:
    """The reference server, started for each run, with its ledger as ground truth."""

    name = "reference"
    ground_truth = "ledger"
    options: tuple[str, ...] = ()

    def refuses(self, scenario: Scenario) -> str | None:  # noqa: ARG002 - it can be set up for any
        """It plays everything."""
        return None

    def policy(self, scenario: Scenario) -> ClientPolicy:
        """The scenario's own: this server announces what it adds to it."""
        return scenario.clients.policy

    def open(
        self, settings: ServerSettings, ledger: ServerRecorder, dice: Random
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
