"""toxiproxy-python, behind the one door that the rest of the harness uses.

The library is synchronous, waits for ever, keeps the server's address in class attributes, and takes an answer
with an error for one without. So each call runs in a thread of its own with a deadline, one at a time with the
address set just before, and what was asked for is looked up afterwards.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from ssechaos.errors import NetworkError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ssechaos.networks.toxics.means import Spec

DEADLINE = 5.0
"""Seconds that a call may take."""

DEFAULT_PORT = 8474

T = TypeVar("T")

_ONE_SERVER_AT_A_TIME = threading.Lock()


def missing() -> str | None:
    """Why the library can't be used; None when it can."""
    if find_spec("toxiproxy") is not None:
        return None
    return "toxiproxy-python is not installed; install the extra: pip install 'ssechaos[toxiproxy]'"


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a Toxiproxy server's URL.

    Raises:
        UsageError: it is none.
    """
    parts = urlsplit(url)
    with suppress(ValueError):
        if parts.scheme == "http" and parts.hostname and parts.path in ("", "/"):
            return parts.hostname, parts.port or DEFAULT_PORT
    raise UsageError(f"the Toxiproxy server's URL is http://HOST[:PORT], not {url!r}")


class ToxiproxyClient:
    """A Toxiproxy server.

    Every method raises `NetworkError` when the server does not do what it is asked, or does not answer in time.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self._library: Any = import_module("toxiproxy")
        self._consumer: Any = import_module("toxiproxy.api").APIConsumer

    async def version(self) -> str | None:
        """What it says it is; None when nothing listens."""
        answer = await self._call("tell its version", lambda server: server.version())
        return None if answer is None else answer.decode("utf-8", "replace")

    async def names(self) -> list[str]:
        """The names of all its proxies."""
        return await self._call("list its proxies", lambda server: list(server.proxies()))

    async def create(self, name: str, listen: str, upstream: str) -> tuple[str, int]:
        """Make a proxy; return where it listens."""

        def create(server: Any) -> tuple[str, int]:
            made = server.create(upstream=upstream, name=name, listen=listen)
            host, _, port = made.listen.rpartition(":")
            return host, int(port)

        return await self._call(f"make the proxy {name}", create)

    async def delete(self, name: str) -> None:
        """Stop and forget a proxy; nothing when there is none."""

        def delete(server: Any) -> None:
            proxy = server.get_proxy(name)
            if proxy is not None:
                proxy.destroy()

        await self._call(f"delete the proxy {name}", delete)

    async def set_enabled(self, name: str, *, enabled: bool) -> None:
        """Let a proxy listen, or close its listener and all its connections."""

        def switch(server: Any) -> bool:
            proxy = _proxy(server, name)
            if enabled:
                proxy.enable()
            else:
                proxy.disable()
            return bool(_proxy(server, name).enabled is enabled)

        what = f"{'enable' if enabled else 'disable'} the proxy {name}"
        self._demand(await self._call(what, switch), what)

    async def add(self, name: str, toxics: Mapping[str, Spec]) -> None:
        """Put toxics in force on a proxy, one right after the other, by their names."""

        def add(server: Any) -> bool:
            proxy = _proxy(server, name)
            for toxic, spec in toxics.items():
                proxy.add_toxic(name=toxic, type=spec.type, stream=spec.stream, attributes=dict(spec.attributes))
            return bool(proxy.toxics().keys() >= toxics.keys())

        what = f"add the toxics {', '.join(toxics)}"
        self._demand(await self._call(what, add), what)

    async def remove(self, name: str, toxics: Sequence[str]) -> None:
        """Take toxics out of force, in this order."""

        def remove(server: Any) -> None:
            proxy = _proxy(server, name)
            for toxic in toxics:
                proxy.destroy_toxic(toxic)

        await self._call(f"remove the toxics {', '.join(toxics)}", remove)

    def _demand(self, done: bool, what: str) -> None:  # noqa: FBT001 - reads as: demand that it is done
        if not done:
            raise NetworkError(f"Toxiproxy on {self._name} did not {what}, though it did not say why")

    @property
    def _name(self) -> str:
        return f"{self.address[0]}:{self.address[1]}"

    async def _call(self, what: str, call: Callable[[Any], T]) -> T:
        def locked() -> T:
            with _ONE_SERVER_AT_A_TIME:
                self._consumer.host, self._consumer.port = self.address
                return call(self._library.Toxiproxy())

        try:
            async with asyncio.timeout(DEADLINE):
                return await _in_thread(locked)
        except TimeoutError as error:
            raise NetworkError(f"Toxiproxy on {self._name} did not {what} within {DEADLINE:g} s") from error
        except Exception as error:  # the library raises its own, those of requests, KeyError, …
            raise NetworkError(f"Toxiproxy on {self._name} can't {what}: {error!r}") from error


def _proxy(server: Any, name: str) -> Any:
    proxy = server.get_proxy(name)
    if proxy is None:
        raise LookupError(f"the proxy {name} is gone; did somebody else delete it?")
    return proxy


async def _in_thread(call: Callable[[], T]) -> T:
    """Run ``call`` in a thread that nobody has to wait for, not even the interpreter at its end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(act: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            act(outcome)

    def run() -> None:
        act: Callable[[Any], None]
        outcome: Any
        try:
            act, outcome = future.set_result, call()
        except Exception as error:  # noqa: BLE001 - it is raised where it is awaited
            act, outcome = future.set_exception, error
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, act, outcome)

    threading.Thread(target=run, name="ssechaos-toxiproxy", daemon=True).start()
    return await future
