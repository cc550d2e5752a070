"""A path without faults, built of namespaces and removed again."""

from __future__ import annotations

import asyncio
import itertools
import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.errors import NetworkError
from ssechaos.networks.packets import filters, topology
from ssechaos.networks.packets.leftovers import remove, sweep
from ssechaos.networks.packets.line import Line
from ssechaos.networks.packets.namespace import Namespace, set_kernel
from ssechaos.networks.packets.plan import Plan, plan
from ssechaos.networks.packets.programs import batch, call
from ssechaos.networks.packets.tun import Tun, open_tun

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SETTLED_WITHIN = 5.0
"""Seconds for links to come up, which takes milliseconds."""

_LOOK_EVERY = 0.002
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a path is made of."""

    plan: Plan
    client: Namespace
    """The machine's own namespace."""
    router: Namespace
    server: Namespace
    tun: Tun | None
    """The line, where the kernel has a device for it."""
    netem: bool
    """Whether the kernel itself delays packets."""

    async def settled(self) -> None:
        """Wait until packets get through.

        The kernel tells one end of a pair late that the other one is up, and drops what it sends until then.

        Raises:
            NetworkError: it takes too long.
        """
        links = {link.name for link in (*self.plan.access, self.plan.server)}
        wanted = (self.client, set(self.plan.devices)), (self.router, links), (self.server, {topology.FAR})
        try:
            async with asyncio.timeout(SETTLED_WITHIN):
                for place, names in wanted:
                    await _carrying(place, names)
        except TimeoutError as error:
            raise NetworkError(f"the links of {self.plan.mark} did not come up in {SETTLED_WITHIN:g} s") from error


@asynccontextmanager
async def built(*, with_line: bool, netem: bool) -> AsyncIterator[Ground]:
    """A healthy path for as long as the context lasts; what killed runs left is removed first.

    Raises:
        NetworkError: something could not be made.
    """
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(Namespace("client", fresh=False))
        router = await stack.enter_async_context(Namespace("router"))
        server = await stack.enter_async_context(Namespace("server"))
        await client.run(sweep)
        routes = await client.run(call, "ip", "-json", "-4", "route", "show", "table", "all")
        laid = plan(os.getpid(), next(_numbers), topology.networks(routes))
        stack.push_async_callback(client.run, remove, laid.devices)
        await router.run(set_kernel, topology.ROUTER_SETTINGS | topology.WITHOUT_IPV6)
        await client.run(batch, "ip", topology.client_side(laid, router.thread))
        tun = await _line(stack, router, laid) if with_line else None
        await router.run(batch, "ip", topology.router_side(laid, server.thread, line=with_line))
        await router.run(call, "nft", "--file", "-", script=filters.foundation(laid))
        await server.run(set_kernel, topology.SERVER_SETTINGS | topology.WITHOUT_IPV6)
        await server.run(batch, "ip", topology.server_side(laid))
        ground = Ground(laid, client, router, server, tun, netem)
        await ground.settled()
        yield ground


async def _carrying(place: Namespace, names: set[str]) -> None:
    async def there() -> set[str]:
        return topology.carrying(await place.run(call, "ip", "-json", "link", "show"))

    while not names <= await there():  # noqa: ASYNC110 - nobody here is told when it happens
        await asyncio.sleep(_LOOK_EVERY)


async def _line(stack: AsyncExitStack, router: Namespace, laid: Plan) -> Tun:
    tun = Tun(await router.run(open_tun, topology.LINE), Line(), str(laid.server.far.ip))
    stack.callback(tun.close)
    return tun
