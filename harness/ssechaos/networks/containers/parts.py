"""Containers that join the project for one run, and are gone with it."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from ssechaos.networks.containers.project import Project


@asynccontextmanager
async def joined(
    project: Project,
    part: str,
    command: list[str],
    networks: Sequence[str],
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Any]:
    """A container like that of the service ``part``, on some of the project's networks; removed on leaving.

    Raises:
        NetworkError: the engine can't start it.
    """
    engine = project.engine
    container = await engine.run(
        project.image,
        command,
        name=f"{project.name}-{part}-{secrets.token_hex(3)}",
        labels=project.labels,
        environment=dict(environment or {}),
        sysctls=project.services[part].attrs["HostConfig"].get("Sysctls") or {},
        network=project.networks[networks[0]].name,
        healthcheck={"test": ["NONE"]},  # it says itself when it serves
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        init=True,
    )
    try:
        for name in networks[1:]:
            await engine.ask(f"put {container.name} on {name}", project.networks[name].connect, container)
        yield container
    finally:
        await engine.remove(container)
