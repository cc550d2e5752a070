"""A server that somebody else runs, as the source of runs."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError
from ssechaos.faults.base import ServerFault
from ssechaos.model import Scenario, ServerSettings
from ssechaos.networks import NETWORKS
from ssechaos.sources import ReferenceSource
from ssechaos.target.asking import Asking
from ssechaos.target.look import look
from ssechaos.target.options import Asked
from ssechaos.target.settings import read_settings, refuse_without_target
from ssechaos.target.tap import Tap
from ssechaos.target.wire import Wire
from ssechaos.target.witness import Witness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from random import Random

    from ssechaos.model import ClientPolicy
    from ssechaos.recording import ServerRecorder
    from ssechaos.sources import Source


_PACE = ("heartbeat_interval", "silence_threshold")
"""Settings that only say how soon clients are to notice. A scenario whose point they are has no schedule."""


class Target:
    """Any SSE server by its URL. What it sent is read off its wire at a tap, or known from a witness."""

    def __init__(self, url: str, asked: Asked | None = None, environment: Mapping[str, str] | None = None) -> None:
        """``url`` is that of the stream; variables that headers name are taken from ``environment``.

        Raises:
            UsageError: it is no ``http://`` or ``https://`` URL, or something asked for makes no sense.
        """
        self._settings = read_settings(url, asked or Asked(), os.environ if environment is None else environment)
        self.name = self._settings.name
        self.options = self._settings.options
        self.ground_truth = "witness" if self._settings.witness else "sequence"

    def refuses(self, scenario: Scenario) -> str | None:
        """What needs our own server can't be played: its settings, or killing it."""
        if any(isinstance(step.fault, ServerFault) for step in scenario.schedule):
            return "it kills the server, and this one is somebody else's"
        ours, usual = asdict(scenario.server), asdict(ServerSettings())
        changed = [name for name in usual if ours[name] != usual[name]]
        needed = changed if not scenario.schedule else [name for name in changed if name not in _PACE]
        return f"it needs a server with other {', '.join(needed)}" if needed else None

    def policy(self, scenario: Scenario) -> ClientPolicy:
        """Its terms, and from the start the silence that our own server would have announced as trouble."""
        policy = replace(scenario.clients.policy, terms=self._settings.terms)
        announced = scenario.server.silence_threshold
        if not policy.adopt_server_threshold or announced == ServerSettings().silence_threshold:
            return policy
        return replace(policy, silence_threshold=announced)

    @asynccontextmanager
    async def open(self, settings: ServerSettings, ledger: ServerRecorder, dice: Random) -> AsyncIterator[Tap]:  # noqa: ARG002 - it is as it is
        """Look at the target once; then the tap in front of it.

        Raises:
            TargetError: on entering, when it does not stream; on leaving, when the witness missed something.
        """
        async with AsyncExitStack() as stack:
            asking = await stack.enter_async_context(Asking(self._settings))
            await look(asking, self.name)
            wire = Wire(ledger, self._settings.terms, is_truth=not self._settings.witness)
            witness = None
            if self._settings.witness:
                witness = await stack.enter_async_context(Witness(asking, ledger, self._settings.terms))
            yield await stack.enter_async_context(Tap(asking, wire, witness))
            if witness is not None:
                await witness.seen(wire.course.highest)

    def path(self, scenario: Scenario) -> str:  # noqa: ARG002 - the target sends what it sends
        """Path and query of the URL."""
        return self._settings.url.raw_path_qs


def source(target: str, asked: Asked, network: str) -> Source:
    """The source that a command names: the target at this URL, or the reference server when there is none.

    Raises:
        UsageError: something said of the target makes no sense, or the network can't lead to it.
    """
    if not target:
        refuse_without_target(asked)
        return ReferenceSource()
    if NETWORKS[network]().virtual:
        raise UsageError(
            f"a target can't be played on the network {network!r}: its time is virtual, and a server of your own "
            "lives in real time; choose embedded"
        )
    return Target(target, asked)
