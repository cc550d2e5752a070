"""The reference client reads the reference server, both real, over a network that loses events."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.model import ClientPolicy, Workload
from ssechaos.networks.simulated import run
from ssechaos.server import Connection, ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ssechaos.sse import Event

    Read = Callable[..., Awaitable[Any]]


class LossyConnection(Connection):
    """Loses a tenth of all events, the last one and the end of the stream not excepted."""

    dice: Random

    async def write(self, event: Event) -> None:
        if self.dice.random() >= 0.1:
            await super().write(event)


@pytest.mark.parametrize("seed", range(20))
def test_a_tenth_of_all_events_lost_at_random_is_got_by_replay(read: Read, seed: int) -> None:
    LossyConnection.dice = Random(seed)

    async def program() -> Any:
        async with ReferenceServer(workload=Workload(events=50), connection=LossyConnection) as server:
            return await read(f"{server.url}/stream", ClientPolicy(), seed)

    user = run(program(), latency=0.02)
    assert [name for name in user.ids if name] == [str(number) for number in range(1, 51)]
    assert user.told[-1][1] == "done"


def test_the_same_seed_tells_the_same_story(read: Read) -> None:
    def story() -> list[tuple[float, str, object]]:
        LossyConnection.dice = Random(3)

        async def program() -> Any:
            async with ReferenceServer(random=Random(1), connection=LossyConnection) as server:
                return await read(f"{server.url}/stream", ClientPolicy(), 5)

        return run(program(), latency=0.02).told

    assert story() == story()
