"""The reference server and the reference client, with one part of them replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from ssechaos.client.attempts import Attempts
from ssechaos.client.core import Core
from ssechaos.client.delivery import Delivery
from ssechaos.client.gaps import GapWatch
from ssechaos.client.reference import _Run as Driver
from ssechaos.client.reference import _session
from ssechaos.server import Connection, ReferenceServer, Replay
from ssechaos.sources import ReferenceSource

if TYPE_CHECKING:
    from random import Random

    from ssechaos.client import Application
    from ssechaos.model import ClientPolicy, ServerSettings
    from ssechaos.server import Ledger


class PlantedSource(ReferenceSource):
    """The reference server with another history of streams, or other connections."""

    def __init__(
        self, name: str = "reference", *, replay: type[Replay] = Replay, connection: type[Connection] = Connection
    ) -> None:
        self.name = name
        self._replay = replay
        self._connection = connection

    def open(self, settings: ServerSettings, ledger: Ledger, dice: Random) -> ReferenceServer:
        """A server of the run's own, on a free port."""
        return ReferenceServer(
            settings, ledger=ledger, random=dice, replay=self._replay, connection=self._connection
        )


class PlantedCore(Core):
    """The reference client's core, made of parts that a bug may replace."""

    delivery_part: ClassVar[type[Delivery]] = Delivery
    gaps_part: ClassVar[type[GapWatch]] = GapWatch
    attempts_part: ClassVar[type[Attempts]] = Attempts

    def __init__(self, policy: ClientPolicy, rng: Random, last_event_id: str | None = None) -> None:
        super().__init__(policy, rng, last_event_id)
        self.delivery = self.delivery_part(policy.reorder_buffer, last_event_id)
        self._gaps = self.gaps_part(self.delivery, policy.gap_patience)
        self._attempts = self.attempts_part(policy, rng)


class PlantedClient:
    """The reference client around another core."""

    driver: ClassVar[type[Driver]] = Driver

    def __init__(self, core: type[Core] = Core) -> None:
        self._core = core

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:
        """Read the stream at ``url`` to its end."""
        trace_id = f"{rng.getrandbits(128):032x}"
        async with _session(trace_id) as session:
            await self.driver(url, application, self._core(policy, rng), session).to_end()
