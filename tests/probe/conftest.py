"""What probes are pointed at, in virtual time: scripted servers, our own, faulty paths. And made-up sightings."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from yarl import URL

from ssechaos.networks.simulated import run
from ssechaos.probe import Limits, Observations, Request, probe, verdict
from ssechaos.probe.observation import Arrival, Ending, Head, Read, Sighting
from ssechaos.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from ssechaos.model import Fault

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

EVENT_STREAM = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    """An aiohttp server that answers everything by ``handler``; yields its URL."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/stream"
    finally:
        await runner.cleanup()


def script(*steps: bytes | float, headers: dict[str, str] | None = None) -> Handler:
    """A handler that writes bytes and waits seconds, in order, then ends."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**EVENT_STREAM, **(headers or {})})
        await response.prepare(request)
        for step in steps:
            if isinstance(step, bytes):
                await response.write(step)
            else:
                await asyncio.sleep(step)
        return response

    return handle


async def look(
    server: Any, *faults: Fault, direct: bool = False, limits: Limits | None = None, lines: list[str] | None = None
) -> Observations:
    """Probe a server, given as a handler or as a context that yields a URL, through a proxy with faults."""
    async with AsyncExitStack() as stack:
        entered = await stack.enter_async_context(server if hasattr(server, "__aenter__") else serving(server))
        url = entered if isinstance(entered, str) else f"{entered.url}/stream?events=100000&interval=0.2&size=300"
        parts = URL(url)
        proxy = await stack.enter_async_context(Proxy((str(parts.host), int(parts.port or 80))))
        for number, fault in enumerate(faults):
            await proxy.add(number, fault)
        request = Request(
            url=str(parts.with_host(proxy.address[0]).with_port(proxy.address[1])),
            direct=url if direct else None,
            limits=limits or Limits(),
        )
        return await probe(request, [].append if lines is None else lines.append)


@pytest.fixture
def scripted() -> Any:
    """What makes a handler out of bytes and waits."""
    return script


@pytest.fixture
def probed() -> Callable[..., SimpleNamespace]:
    """What probes in virtual time; gives what was ``seen`` and ``concluded``, and the ``kinds`` of findings."""

    def probed(make: Callable[[], Any], *faults: Fault, **options: Any) -> SimpleNamespace:
        async def program() -> Observations:
            return await look(make(), *faults, **options)

        return concluded(run(program()))

    return probed


@pytest.fixture
def judged() -> Callable[..., SimpleNamespace]:
    """What judges made-up sightings: those through, then those named."""

    def judged(*through: Sighting, **others: Any) -> SimpleNamespace:
        limits = others.pop("limits", Limits(concurrency=len(through)))
        return concluded(Observations(limits=limits, through=through, **others))

    return judged


def concluded(seen: Observations) -> SimpleNamespace:
    found = verdict(seen)
    by_kind = {finding.kind: finding for finding in found.findings}
    return SimpleNamespace(
        seen=seen, concluded=found, name=found.recommendation.name, found=by_kind, kinds=[*by_kind]
    )


@pytest.fixture
def sighting() -> Callable[..., Sighting]:
    """What makes up the sighting of a stream of reads: (time, bytes, events, whether it stops inside an event)."""

    def sighting(
        reads: Sequence[tuple[Any, ...]] = (),
        *,
        head: Head | None = None,
        first_id: int | None = None,
        ending: Ending = Ending.LEFT,
        ended_at: float = 25.0,
        **fields: Any,
    ) -> Sighting:
        made = [Read(*read, *(100, 1, False)[len(read) - 1 :]) for read in reads]
        times = [read.at for read in made for _ in range(read.events)]
        ids = [None if first_id is None else str(first_id + number) for number in range(len(times))]
        return Sighting(
            url="http://sse.test/stream",
            head=head or Head(0.0, 200, "1.1", {"content-type": "text/event-stream", "cache-control": "no-cache"}),
            reads=tuple(made),
            arrivals=fields.pop("arrivals", None)
            or tuple(Arrival(at=at, id=name) for at, name in zip(times, ids, strict=True)),
            ending=ending,
            ended_at=ended_at,
            connected_at=0.0,
            **fields,
        )

    return sighting
