"""All proxies of one API server, by name, and what is done to several of them at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

from ssechaos.proxy.api import wire
from ssechaos.proxy.api.errors import ApiError, missing_field, no_proxy, proxy_exists, toxic_exists
from ssechaos.proxy.api.served import ServedProxy
from ssechaos.proxy.api.toxics import Toxic, toxic_from_json

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = {"name": "string", "listen": "string", "upstream": "string", "enabled": "bool", "toxics": "array"}
_OF = "toxiproxy.Proxy"
_OF_ALL = r'[]struct { toxiproxy.Proxy; Enabled *bool "json:\"enabled\"" }'


class Wanted:
    """A proxy as a request describes it."""

    def __init__(self, value: Any, place: str = "") -> None:
        """``place`` says which of several it is, for the error's text.

        Raises:
            ApiError: it is not described well, or one of its toxics is not.
        """
        given = wire.fields(value, _FIELDS, _OF)
        for name in ("name", "upstream"):
            if not given.get(name):
                raise missing_field(f"{name}{place}")
        self.name: str = given["name"]
        self.listen: str = given.get("listen", "")
        self.upstream: str = given["upstream"]
        self.enabled: bool = given.get("enabled", True)
        self.toxics: list[Toxic] | None = _toxics(given["toxics"]) if "toxics" in given else None


class Collection:
    """The proxies. Changes happen one after the other; whoever only looks does not wait.

    Leaving the context stops them all.
    """

    def __init__(self, *, default_host: str, seed: int) -> None:
        """``default_host`` is for listen addresses without a host; ``seed`` is of all dice."""
        self._default_host = default_host
        self._seed = str(seed)
        self._proxies: dict[str, ServedProxy] = {}
        self._changing = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await asyncio.gather(*(proxy.stop() for proxy in self))

    def __iter__(self) -> Iterator[ServedProxy]:
        return iter([self._proxies[name] for name in sorted(self._proxies)])

    def __getitem__(self, name: str) -> ServedProxy:
        if name not in self._proxies:
            raise no_proxy()
        return self._proxies[name]

    async def create(self, wanted: Wanted) -> ServedProxy:
        """Make a proxy.

        Raises:
            ApiError: there is one of that name, or it can't listen.
        """
        async with self._changing:
            if wanted.name in self._proxies:
                raise proxy_exists()
            return await self._make(wanted)

    async def populate(self, wanted: list[Wanted]) -> tuple[list[ServedProxy], ApiError | None]:
        """Have these proxies; one that is there already, and the same, is left alone.

        The first that can't listen ends it: those before it are returned with the error.
        """
        done: list[ServedProxy] = []
        async with self._changing:
            try:
                for one in wanted:
                    done.append(await self._have(one))  # noqa: PERF401 - those before an error count
            except ApiError as error:
                return done, error
        return done, None

    async def update(self, name: str, value: Any) -> ServedProxy:
        """Change a proxy's addresses, or enable or disable it.

        Raises:
            ApiError: there is none of that name, or it can't listen.
        """
        async with self._changing:
            proxy = self[name]
            given = wire.fields(value, _FIELDS, _OF)
            await proxy.update(
                given.get("listen", proxy.listen),
                given.get("upstream", proxy.upstream),
                enabled=given.get("enabled", proxy.enabled),
            )
        return proxy

    async def delete(self, name: str) -> None:
        """Stop a proxy and forget it.

        Raises:
            ApiError: there is none of that name.
        """
        async with self._changing:
            await self[name].stop()
            del self._proxies[name]

    async def reset(self) -> None:
        """Enable all proxies and remove all toxics.

        Raises:
            ApiError: one can't listen.
        """
        async with self._changing:
            for proxy in self:
                await proxy.start()
                await proxy.set_toxics([])

    async def add_toxic(self, name: str, value: Any) -> Toxic:
        """Put a toxic in force on a proxy.

        Raises:
            ApiError: it can't be made, or its name is taken.
        """
        async with self._changing:
            proxy, toxic = self[name], toxic_from_json(value)
            await proxy.add(toxic)
        return toxic

    async def change_toxic(self, name: str, toxic_name: str, value: Any) -> Toxic:
        """Change a toxic in its place.

        Raises:
            ApiError: there is none of that name, or it can't be so.
        """
        async with self._changing:
            toxic = self[name].toxic(toxic_name).changed(value)
            await self[name].change(toxic)
        return toxic

    async def remove_toxic(self, name: str, toxic_name: str) -> None:
        """Take a toxic out of force.

        Raises:
            ApiError: there is none of that name.
        """
        async with self._changing:
            await self[name].remove(toxic_name)

    async def _have(self, wanted: Wanted) -> ServedProxy:
        present = self._proxies.get(wanted.name)
        if present is None or await present.differs(wanted.listen, wanted.upstream):
            if present is not None:
                await present.stop()
            return await self._make(wanted)
        if wanted.toxics is not None:
            await present.set_toxics(wanted.toxics)
        return present

    async def _make(self, wanted: Wanted) -> ServedProxy:
        proxy = ServedProxy(
            wanted.name, wanted.listen, wanted.upstream, default_host=self._default_host, seed=self._seed
        )
        await proxy.set_toxics(wanted.toxics or [])
        if wanted.enabled:
            await proxy.start()
        self._proxies[wanted.name] = proxy
        return proxy


def wanted_proxies(value: Any) -> list[Wanted]:
    """The proxies that a JSON array describes; nothing is done before all of them are well described.

    Raises:
        ApiError: it is no such array.
    """
    return [Wanted(one, f" at proxy {place}") for place, one in enumerate(wire.array(value, _OF_ALL), start=1)]


def _toxics(values: list[Any]) -> list[Toxic]:
    toxics = [toxic_from_json(value) for value in values]
    if len({toxic.name for toxic in toxics}) < len(toxics):
        raise toxic_exists()
    return toxics
