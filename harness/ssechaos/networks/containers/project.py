"""The compose project: the containers that all runs of a session share. Up, healthy, down.

Every name has our prefix and every container our label, so that what a killed run left is found by the next one.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssechaos.errors import NetworkError
from ssechaos.networks.containers import owner
from ssechaos.networks.containers.command import compose
from ssechaos.networks.containers.engine import Engine

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FILE = Path(__file__).parents[4] / "docker-compose.yml"

_PREFIX = "ssechaos"
_SERVICE = "com.docker.compose.service"
_PROJECT = "com.docker.compose.project"
_NETWORK = "com.docker.compose.network"
_HEALTHY_WITHIN = 120.0
_LOOK_EVERY = 0.25


@dataclass(frozen=True, slots=True)
class Project:
    """What is up."""

    engine: Engine
    name: str
    services: dict[str, Any]
    """Container of each service."""
    networks: dict[str, Any]

    @property
    def image(self) -> str:
        """The image with our programs in it."""
        image: str = self.services["server"].attrs["Config"]["Image"]
        return image

    @property
    def labels(self) -> dict[str, str]:
        """What a container of ours that joins the project is labelled with."""
        return {owner.LABEL: owner.this_process(), _PROJECT: self.name}

    def address(self, service: str, network: str) -> str:
        """The IP address of a service on one of its networks."""
        return address(self.services[service], self.networks[network].name)


def address(container: Any, network: str) -> str:
    """The IP address that a container has on a network, as far as was known when it was looked at last."""
    found: str = container.attrs["NetworkSettings"]["Networks"][network]["IPAddress"]
    return found


@asynccontextmanager
async def project() -> AsyncIterator[Project]:
    """A project of this process, healthy on entering; nothing of it is left behind.

    Raises:
        NetworkError: on entering, when it can't be brought up; says why.
    """
    if not FILE.exists():
        raise NetworkError("the compose network needs docker-compose.yml, which is in a checkout of ssechaos only")
    name = f"{_PREFIX}-{secrets.token_hex(3)}"
    environ = {
        "SSECHAOS_OWNER": owner.this_process(),
        "SSECHAOS_API_PORT": "0",
        "SSECHAOS_STREAM_PORT": "0",
        "COMPOSE_PROFILES": "",  # a user's own may name what only watches
    }
    async with Engine() as engine:
        await remove_leftovers(engine)
        try:
            await compose(FILE, name, "up", "--detach", "--build", environ=environ)
            yield await _healthy(engine, name)
        finally:
            # By label, not by compose: it may be what failed, and does not know what joined the project.
            await _remove(engine, f"{_PROJECT}={name}")


async def remove_leftovers(engine: Engine) -> None:
    """Remove what processes made that were killed before they could clean up."""
    things = [*await engine.containers([owner.LABEL]), *await engine.networks([owner.LABEL])]
    for dead in {made for thing in things if owner.gone(made := _labels(thing).get(owner.LABEL, ""))}:
        await _remove(engine, f"{owner.LABEL}={dead}")


async def _remove(engine: Engine, label: str) -> None:
    containers = await engine.containers([label])
    await asyncio.gather(*(engine.remove(container) for container in containers))
    for network in await engine.networks([label]):
        await engine.ask(f"remove the network {network.name}", network.remove)


async def _healthy(engine: Engine, name: str) -> Project:
    """The project, once all its services are healthy."""
    try:
        async with asyncio.timeout(_HEALTHY_WITHIN):
            while sick := [each for each in await _services(engine, name) if _health(each) != "healthy"]:
                _raise_if_over(sick)
                await asyncio.sleep(_LOOK_EVERY)
    except TimeoutError as error:
        message = f"not healthy after {_HEALTHY_WITHIN:g} s: {', '.join(each.name for each in sick)}"
        raise NetworkError(f"{message}; see `docker logs`") from error
    services = {_labels(each)[_SERVICE]: each for each in await _services(engine, name)}
    networks = {_labels(each)[_NETWORK]: each for each in await engine.networks([f"{_PROJECT}={name}"])}
    return Project(engine, name, services, networks)


async def _services(engine: Engine, name: str) -> list[Any]:
    return await engine.containers([f"{_PROJECT}={name}"])


def _raise_if_over(sick: list[Any]) -> None:
    for container in sick:
        if container.status == "exited":
            said = container.logs(tail=20).decode(errors="replace").strip()
            raise NetworkError(f"the container {container.name} has ended: {said}")


def _health(container: Any) -> str | None:
    health: str | None = container.attrs["State"].get("Health", {}).get("Status")
    return health


def _labels(thing: Any) -> dict[str, str]:
    """The labels of a container or a network."""
    return dict(thing.attrs.get("Config", thing.attrs)["Labels"] or {})
