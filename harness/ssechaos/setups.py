"""What a run is played with: a network, a source of the stream, and the client under test."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from ssechaos.client import CLIENTS, SharingClient
from ssechaos.client.command import MOST_PROCESSES, command_client
from ssechaos.errors import UsageError
from ssechaos.model import Conditions
from ssechaos.networks.base import HostingNetwork
from ssechaos.recording import ServerRecorder
from ssechaos.sources import ReferenceSource, Source

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.client import Client
    from ssechaos.model import Recorder, Scenario, ServerSettings
    from ssechaos.networks.base import Network, Upstream


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a run is played with: network, source, client. The scenario doesn't know any of them."""

    network: Network
    client: Callable[[], Client] = field(default_factory=lambda: CLIENTS["reference"])
    client_name: str = "reference"
    client_is_command: bool = False
    """Whether each client is a program of its own, and ``client_name`` the command that starts it."""
    sharing: SharingClient | None = None
    """The client, if all of them are one object that has something to share."""
    log: Callable[[str], None] | None = None
    """Is given each line that a client logs."""
    source: Source = field(default_factory=ReferenceSource)

    def with_client(self, name: str) -> Setup:
        """The same with the client of this name in ``CLIENTS`` under test.

        Raises:
            UsageError: it can't be used on this machine, or not on the network.
        """
        client = CLIENTS[name]()
        if not isinstance(client, SharingClient):
            return replace(self, client=CLIENTS[name], client_name=name)
        if self.network.virtual:
            raise UsageError(
                f"the client {name!r} can't be played on the network {self.network.name!r}: its time is virtual, "
                "and a browser lives in real time; choose embedded",
            )
        lacking = client.missing()
        if lacking is not None:
            raise UsageError(f"the client {name!r} can't be used here: {lacking}")
        return replace(self, client=lambda: client, client_name=name, sharing=client)

    def with_command(self, command: str) -> Setup:
        """The same with a program as the client under test.

        Raises:
            UsageError: another client was chosen too, no program can use the network, or there is no such program.
        """
        if self.client_name != "reference":
            raise UsageError(f"choose one: the client {self.client_name!r}, or the client command {command!r}")
        if self.network.virtual:
            raise UsageError(
                f"a client command can't be played on the network {self.network.name!r}: its time is virtual, "
                "and a program lives in real time; choose embedded",
            )
        return replace(self, client=command_client(command), client_name=command, client_is_command=True)

    def refuses(self, scenario: Scenario) -> str | None:
        """Why ``scenario`` can't be played here; None when it can."""
        count = scenario.clients.count
        if self.client_is_command and count > MOST_PROCESSES:
            return f"it has {count} clients, each a process here; more than {MOST_PROCESSES} are not started"
        if self.sharing is not None and count > self.sharing.most:
            return f"it has {count} clients, each a page here; more than {self.sharing.most} are not opened"
        asked = (self.network.refuses(step.fault) for step in scenario.schedule)
        reasons = (self.network.unavailable(), self.source.refuses(scenario), *asked)
        return next((reason for reason in reasons if reason is not None), None)

    def shared(self) -> AbstractAsyncContextManager[object]:
        """What the clients of all runs share, such as a browser."""
        return nullcontext() if self.sharing is None else self.sharing.shared()

    def serve(
        self, settings: ServerSettings, record: Recorder, dice: Random
    ) -> AbstractAsyncContextManager[Upstream]:
        """The server of a run: the source's, unless the network runs the reference server itself."""
        # In virtual time there is nothing to host; to find that out by its methods takes longer than to start it.
        if self.network.virtual or not isinstance(self.source, ReferenceSource):
            return self.source.open(settings, ServerRecorder(record), dice)
        if isinstance(self.network, HostingNetwork):
            return self.network.serve(settings, partial(ServerRecorder.late, record), dice)
        return self.source.open(settings, ServerRecorder(record), dice)

    def conditions(self, scenario: Scenario, seed: int) -> Conditions:
        """What a run of ``scenario`` is made of here. Its clients read the stream on the terms of the source."""
        policy = self.source.policy(scenario)
        return Conditions(
            scenario=replace(scenario, clients=replace(scenario.clients, policy=policy)),
            seed=seed,
            network=self.network.name,
            client=self.client_name,
            client_is_command=self.client_is_command,
            client_has_own_policy=self.sharing is not None and self.sharing.own_policy,
            target=self.source.name,
            options=self.source.options,
            ground_truth=self.source.ground_truth,
        )
