"""One proxy of the API: its settings, its toxics, and, while it is enabled, the proxy that runs them."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.faults.base import Direction
from ssechaos.proxy.api.addresses import join, listening, upstream
from ssechaos.proxy.api.errors import cannot_listen, no_toxic, toxic_exists
from ssechaos.proxy.api.live import Current, LiveToxic
from ssechaos.proxy.api.meters import Meter
from ssechaos.proxy.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ssechaos.proxy.api.toxics import Toxic

COUNTERS = (
    "connections",
    "received_upstream",
    "received_downstream",
    "sent_upstream",
    "sent_downstream",
    "events",
)
"""What is counted. Bytes that came in are received, those that went out behind the toxics are sent."""

_METER = object()
"""A key that no toxic can have."""


class ServedProxy:
    """A proxy with a name. Its toxics outlive its being disabled."""

    def __init__(self, name: str, listen: str, upstream_address: str, *, default_host: str, seed: str) -> None:
        """``default_host`` is for a listen address without a host."""
        self.name = name
        self.listen = listen
        """As it was asked for, and as it really is once the proxy was enabled."""
        self.upstream = upstream_address
        self._default_host = default_host
        self._seed = f"{seed}:{name}"
        self._toxics: dict[str, Toxic] = {}
        self._current: dict[str, Current] = {}
        self._running: _Running | None = None
        self._before: Counter[str] = Counter()

    @property
    def enabled(self) -> bool:
        """Whether it listens."""
        return self._running is not None

    @property
    def toxics(self) -> list[Toxic]:
        """Those upstream first, each direction in the order in which bytes meet them."""
        return sorted(self._toxics.values(), key=lambda toxic: toxic.direction is Direction.DOWNSTREAM)

    def to_json(self) -> dict[str, Any]:
        """As Toxiproxy shows it."""
        return {
            "name": self.name,
            "listen": self.listen,
            "upstream": self.upstream,
            "enabled": self.enabled,
            "Logger": {},
            "toxics": [toxic.to_json() for toxic in self.toxics],
        }

    def counters(self) -> dict[str, int]:
        """What went through since the proxy was made, at this moment, by name."""
        counters = Counter(self._before)
        if self._running is not None:
            counters.update(self._running.counters())
        return {name: counters[name] for name in COUNTERS}

    @property
    def live(self) -> int:
        """How many connections live now."""
        return self._running.traffic.live if self._running else 0

    def evidence(self) -> dict[str, dict[str, float]]:
        """What each toxic on bytes did so far, since the proxy was enabled."""
        if self._running is None:
            return {}
        installed, now = self._running.installed, self._running.now()
        return {name: installed[name].evidence(now) for name in self._toxics if name in installed}

    # Settings.

    async def differs(self, listen: str, upstream_address: str) -> bool:
        """Whether these are other addresses than the present ones.

        Raises:
            ApiError: ``listen`` is no address.
        """
        return (
            join(await listening(listen, self._default_host)) != self.listen or upstream_address != self.upstream
        )

    async def update(self, listen: str, upstream_address: str, *, enabled: bool) -> None:
        """Change the settings; other addresses end all connections.

        Raises:
            ApiError: it can't listen there; it is disabled then.
        """
        if await self.differs(listen, upstream_address):
            await self.stop()
            self.listen, self.upstream = listen, upstream_address
        await (self.start() if enabled else self.stop())

    async def start(self) -> None:
        """Listen, with all toxics in force before the first connection; nothing when it does already.

        Raises:
            ApiError: it can't.
        """
        if self._running is not None:
            return
        host, port = await listening(self.listen, self._default_host)
        running = _Running(upstream(self.upstream), host=host, port=port, seed=self._seed)
        on_bytes = [toxic for toxic in self._toxics.values() if toxic.on_bytes]
        for toxic in on_bytes:
            await self._install(toxic, running)
        try:
            await running.__aenter__()
        except UsageError as error:
            self._current.clear()
            raise cannot_listen(join((host, port)), _cause(error)) from error
        self._running = running
        self.listen = join(running.address[:2])
        for toxic in self._toxics.values():
            if not toxic.on_bytes:
                await self._install(toxic, running)

    async def stop(self) -> None:
        """Listen no more and end all connections; nothing when it does not listen."""
        running, self._running = self._running, None
        if running is not None:
            self._current.clear()
            await running.__aexit__()
            self._before.update(running.counters())

    # Toxics.

    def toxic(self, name: str) -> Toxic:
        """The toxic of that name.

        Raises:
            ApiError: there is none.
        """
        if name not in self._toxics:
            raise no_toxic()
        return self._toxics[name]

    async def add(self, toxic: Toxic) -> None:
        """Put a toxic in force, behind the others.

        Raises:
            ApiError: there is one of that name.
        """
        if toxic.name in self._toxics:
            raise toxic_exists()
        self._toxics[toxic.name] = toxic
        if self._running is not None:
            await self._install(toxic, self._running)

    async def change(self, toxic: Toxic) -> None:
        """Put other settings of a toxic in force, in its place."""
        self._toxics[toxic.name] = toxic
        if self._running is None:
            return
        if toxic.name in self._current:
            self._current[toxic.name].change(toxic, self._running.now())
            self._running.meter()
        else:
            await self._running.remove(toxic.name)
            await self._install(toxic, self._running)

    async def remove(self, name: str) -> None:
        """Take a toxic out of force; what it held goes on.

        Raises:
            ApiError: there is none of that name.
        """
        self.toxic(name)
        del self._toxics[name]
        self._current.pop(name, None)
        if self._running is not None:
            await self._running.remove(name)

    async def set_toxics(self, toxics: Iterable[Toxic]) -> None:
        """Have these toxics and no others."""
        for name in tuple(self._toxics):
            await self.remove(name)
        for toxic in toxics:
            await self.add(toxic)

    async def _install(self, toxic: Toxic, running: _Running) -> None:
        if toxic.meaning.fault is not None and not toxic.on_bytes:
            await running.add(toxic.name, toxic.meaning.fault)
            return
        current = self._current[toxic.name] = Current(toxic, running.now())
        await running.add(toxic.name, LiveToxic(current=current, direction=toxic.direction))
        current.joining = False
        running.meter()


class _Running(Proxy):
    """A proxy that counts, and that delivers nothing of what its faults held when it is closed."""

    def __init__(self, upstream_address: tuple[str, int], *, host: str, port: int, seed: str) -> None:
        self._meter = Meter()
        super().__init__(upstream_address, host=host, port=port, seed=seed, observer=self._meter)
        self.install(_METER, self._meter)

    async def __aexit__(self, *exc: object) -> None:
        for connection in tuple(self._connections):
            connection.close()
        await super().__aexit__(*exc)

    def meter(self) -> None:
        """Put the meter behind all toxics again. That also makes every link look at its toxics."""
        self.uninstall(_METER)
        self.install(_METER, self._meter)

    def counters(self) -> Counter[str]:
        """What went through so far, by name."""
        traffic, sent = self.traffic, self._meter.tally
        return Counter(
            connections=traffic.connections,
            received_upstream=traffic.upstream,
            received_downstream=traffic.downstream,
            sent_upstream=sent[Direction.UPSTREAM.value],
            sent_downstream=sent[Direction.DOWNSTREAM.value],
            events=sent["events"],
        )


def _cause(error: UsageError) -> str:
    """The kernel's reason in its own words; asyncio puts a sentence of its own in their place."""
    cause = error.__cause__
    number = cause.errno if isinstance(cause, OSError) else None
    return os.strerror(number).lower() if number else str(error)
