"""The ``packet`` network: real packets, really lost, on Linux as root.

The client's packets cross a veth pair into a router, a network namespace of ours, and another pair to the server's
place. The router is the kernel's own, with nftables, tc and interfaces that go down. How streams fare is what TCP
makes of it; nothing is modelled. Traffic never leaves the pairs.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.faults.base import ServerFault
from ssechaos.networks.base import register_network
from ssechaos.networks.embedded import Recording, parts
from ssechaos.networks.packets.abilities import abilities
from ssechaos.networks.packets.effect import Effect, Laid, Scene
from ssechaos.networks.packets.forwarder import Forwarder, listening
from ssechaos.networks.packets.ground import built
from ssechaos.networks.packets.means import left_by, means_of, refusal
from ssechaos.networks.packets.router import Router

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from ssechaos.model import Fault, Recorder, Step
    from ssechaos.networks.base import Upstream
    from ssechaos.networks.packets.ground import Ground


@register_network("packet")
class PacketNetwork:
    """Network namespaces of our own, one pair for each path."""

    name: str
    virtual = False

    def unavailable(self) -> str | None:
        """What is missing: Linux, root, or a program."""
        return abilities().nothing

    def refuses(self, fault: Fault) -> str | None:
        """Why this network can't make ``fault``; None when it can."""
        return None if isinstance(fault, ServerFault) else refusal(fault, abilities())

    def models(self, fault: Fault) -> bool:  # noqa: ARG002 - the face of all networks
        """What it makes is real."""
        return False

    @asynccontextmanager
    async def open(self, upstream: Upstream, record: Recorder, seed: str) -> AsyncIterator[PacketPath]:
        """A healthy path to ``upstream``; leaving it ends what is in force, then removes everything.

        Raises:
            NetworkError: on entering, where no such network can be made; says what is missing.
        """
        scheme, address = parts(upstream.url)
        able = await asyncio.to_thread(abilities)
        if able.nothing is not None:
            raise NetworkError(able.nothing)
        async with AsyncExitStack() as stack:
            ground = await stack.enter_async_context(built(with_line=able.line is None, netem=able.netem is None))
            listener = await ground.server.run(listening, ground.plan.address)
            forwarder = await stack.enter_async_context(Forwarder(listener, address, Recording(record)))
            path = PacketPath(ground, forwarder, upstream, f"{scheme}://", seed)
            stack.push_async_callback(path.heal)
            yield path


class PacketPath:
    """The way through the router, for one run."""

    def __init__(self, ground: Ground, forwarder: Forwarder, upstream: Upstream, scheme: str, seed: str) -> None:
        self._ground = ground
        self._forwarder = forwarder
        self._upstream = upstream
        self._scene = Scene(Router(ground), forwarder, ground.plan.address, seed)
        self._effects: dict[int, tuple[Step, Effect | None]] = {}
        self._left: dict[str, list[Laid]] = {}
        host, port = ground.plan.address
        self.url = f"{scheme}{host}:{port}"

    async def begin(self, number: int, step: Step) -> None:
        """Put step ``number`` in force. A server fault kills the server."""
        if isinstance(step.fault, ServerFault):
            self._effects[number] = step, None
            await self._upstream.crash()
        else:
            effect = Effect(number, means_of(step.fault), self._scene)
            self._effects[number] = step, effect
            await effect.begin()

    async def end(self, number: int) -> Mapping[str, float]:
        """Take the step out of force; return its evidence. A server that was killed is started again."""
        step, effect = self._effects.pop(number)
        if effect is None:
            await self._upstream.restart()
            return {"crashes": 1.0}
        await self._lift(step.fault.kind)
        evidence = await effect.end()
        await self._leave_behind(number, step.fault)
        return evidence

    async def check(self) -> None:
        """Raise ``NetworkError`` when the forwarder or the line broke."""
        self._forwarder.check()
        if self._ground.tun is not None:
            self._ground.tun.check()

    async def heal(self) -> None:
        """End what is still in force, and what earlier faults left."""
        for number in tuple(self._effects):
            await self.end(number)
        for kind in tuple(self._left):
            await self._lift(kind)

    async def _lift(self, kind: str) -> None:
        for laid in self._left.pop(kind, []):
            await laid.end()

    async def _leave_behind(self, number: int, fault: Fault) -> None:
        """Lay what stays when a fault is over, until the next of its kind ends."""
        left = [Laid((number, place), means_of(one), self._scene) for place, one in enumerate(left_by(fault))]
        self._left[fault.kind] = left
        for laid in left:
            await laid.begin()
