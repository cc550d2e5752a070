"""Whatever peers and faults do, in any order: no byte is changed or invented, and nothing is left behind."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssechaos.networks import simulated
from ssechaos.proxy import Proxy


class Talker(asyncio.Protocol):
    """A peer that notes what it sent and received."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.sent = self.received = b""
        self.finished = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data

    def eof_received(self) -> bool:
        return True

    def say(self, data: bytes) -> None:
        if not (self.transport.is_closing() or self.finished):
            self.sent += data
            self.transport.write(data)

    def finish(self) -> None:
        if not self.transport.is_closing():
            self.finished = True
            self.transport.write_eof()


say = st.tuples(st.just("say"), st.sampled_from([0, 1]), st.binary(min_size=1, max_size=100))
wait = st.tuples(st.just("wait"), st.sampled_from([0.0, 0.05, 0.1, 1.0]))
add = st.tuples(st.just("add"), st.sampled_from(["Hold", "Late"]))
add_any = st.tuples(
    st.just("add"), st.sampled_from(["Hold", "Late", "Down", "Unreachable", "Moved", "Cut", "CutByReset"])
)
remove = st.tuples(st.just("remove"))
end = st.tuples(st.sampled_from(["reset", "finish"]), st.sampled_from([0, 1]))

gentle_moves = st.one_of(say, wait, add, remove)
moves = st.one_of(say, wait, add_any, remove, end)


class Play:
    """Two talkers with a proxy between them."""

    def __init__(self, proxy: Proxy, faults: Any, *talkers: Talker) -> None:
        self._proxy = proxy
        self._faults = faults
        self._talkers = talkers
        self._added: list[int] = []
        self._count = 0

    async def make(self, move: Any) -> None:
        name, *arguments = move
        await getattr(self, name)(*arguments)

    async def say(self, who: int, data: bytes) -> None:
        self._talkers[who].say(data)

    async def reset(self, who: int) -> None:
        self._talkers[who].transport.abort()

    async def finish(self, who: int) -> None:
        self._talkers[who].finish()

    async def wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def add(self, kind: str) -> None:
        self._count += 1
        await self._proxy.add(self._count, getattr(self._faults, kind)())
        self._added.append(self._count)

    async def remove(self) -> None:
        if self._added:
            await self._proxy.remove(self._added.pop(0))

    async def heal(self) -> None:
        while self._added:
            await self.remove()
        await self.wait(5)


async def through_a_proxy(script: list[Any], faults: Any) -> tuple[Talker, Talker]:
    """Play the script, heal, wait; return what the client and the server said and heard."""
    loop = asyncio.get_running_loop()
    client, server = Talker(), Talker()
    listening = await loop.create_server(lambda: server, "127.0.0.1", 8000)
    async with Proxy(("127.0.0.1", 8000)) as proxy:
        await loop.create_connection(lambda: client, *proxy.address)
        await asyncio.sleep(0.1)
        play = Play(proxy, faults, client, server)
        for move in script:
            await play.make(move)
        await play.heal()
        proxy.check()
    assert proxy.traffic.live == 0
    for end in (client.transport, server.transport, listening):
        end.close()
    return client, server


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(moves, max_size=15))
def test_bytes_are_never_changed(script: list[Any], faults: Any) -> None:
    client, server = simulated.run(through_a_proxy(script, faults))
    assert client.sent.startswith(server.received)
    assert server.sent.startswith(client.received)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=st.lists(gentle_moves, max_size=15))
def test_delays_lose_nothing(script: list[Any], faults: Any) -> None:
    client, server = simulated.run(through_a_proxy(script, faults))
    assert client.sent == server.received
    assert server.sent == client.received
