"""The Docker engine, asked through the docker package (https://docker-py.readthedocs.io).

The package blocks, so each call runs in a thread. A call that is cancelled is waited for all the same: what it
makes must not appear after everything has been removed.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ssechaos.errors import NetworkError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable

DEADLINE = 60
"""Seconds that the engine may take to answer."""

T = TypeVar("T")


def missing() -> str | None:
    """Why no engine can be used here; None when one can. Blocks for as long as it takes to ask."""
    try:
        client = _connect()
    except NetworkError as error:
        return str(error)
    try:
        system = client.info()["OperatingSystem"]
    finally:
        client.close()
    if "Desktop" in system:
        # Its containers are in a virtual machine, where this machine has no route to them.
        return (
            f"the compose network reaches containers by their addresses, which {system} does not allow; use Linux"
        )
    return None


class Engine:
    """The engine of this machine, for as long as the context lasts.

    Raises:
        NetworkError: on entering, when there is none, or the docker package is not installed.
    """

    def __init__(self) -> None:
        self._client: Any = None

    async def __aenter__(self) -> Self:
        self._client = await _in_thread(_connect)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._client.close()

    async def containers(self, labels: Iterable[str]) -> list[Any]:
        """All containers with these labels (``name`` or ``name=value``), whether they run or not."""
        # Those that vanish while they are listed are nothing to worry about.
        return await self.ask(
            "list containers",
            self._client.containers.list,
            all=True,
            filters={"label": list(labels)},
            ignore_removed=True,
        )

    async def networks(self, labels: Iterable[str]) -> list[Any]:
        """All networks with these labels."""
        return await self.ask("list networks", self._client.networks.list, filters={"label": list(labels)})

    async def run(self, image: str, command: list[str], **options: Any) -> Any:
        """Start a container with the options of ``docker.containers.run``; it goes on by itself."""
        return await self.ask(
            f"start a container of {image}", self._client.containers.run, image, command, detach=True, **options
        )

    async def remove(self, container: Any) -> None:
        """Kill and remove a container, unless that has happened already."""
        errors = import_module("docker.errors")

        def removing() -> None:
            try:
                container.remove(force=True, v=True)
            except errors.NotFound:
                pass
            except errors.APIError as error:
                if "already in progress" not in str(error):
                    raise

        await self.ask(f"remove {container.name}", removing)

    async def converse(self, container: Any, command: list[str]) -> socket.socket:
        """Run a command in a container; return the connection to its standard input and output."""
        api = self._client.api

        def begin() -> Any:
            number = api.exec_create(container.id, command, stdin=True)["Id"]
            return api.exec_start(number, socket=True)

        answer = await self.ask(f"run {command[0]} in {container.name}", begin)
        # A copy: the package's own is closed when its answer is forgotten.
        original: socket.socket = answer._sock  # noqa: SLF001 - the package has no other way to write
        connection = original.dup()
        answer.close()
        original.close()
        connection.settimeout(0)
        return connection

    async def ask(self, what: str, method: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Call a method of the docker package in a thread.

        Raises:
            NetworkError: the engine refused, or is gone; says ``what`` it was asked.
        """
        try:
            return await _in_thread(method, *arguments, **options)
        except _foreign() as error:
            raise NetworkError(f"the Docker engine could not {what}: {error}") from error


async def _in_thread(method: Callable[..., T], *arguments: Any, **options: Any) -> T:
    calling = asyncio.ensure_future(asyncio.to_thread(method, *arguments, **options))
    try:
        return await asyncio.shield(calling)
    except asyncio.CancelledError:
        await asyncio.wait([calling])
        raise


def _connect() -> Any:
    try:
        docker = import_module("docker")
    except ModuleNotFoundError as error:
        raise NetworkError(
            "the docker package is not installed; say: python -m pip install 'ssechaos[compose]'"
        ) from error
    try:
        client = docker.from_env(timeout=DEADLINE)
    except _foreign() as error:
        raise NetworkError(_NO_ENGINE.format(error)) from error
    try:
        client.ping()
    except _foreign() as error:
        client.close()
        raise NetworkError(_NO_ENGINE.format(error)) from error
    return client


_NO_ENGINE = "no Docker engine answers ({}); start one, or point DOCKER_HOST at it"


def _foreign() -> tuple[type[Exception], ...]:
    """What the package raises: its own, those of requests below it, and those of the socket."""
    return import_module("docker.errors").DockerException, import_module("requests").RequestException, OSError
