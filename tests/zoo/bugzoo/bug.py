"""What a planted bug is, and how a class becomes one: by saying what catches it, and where.

The class replaces one part: a server's history (``Replay``) or answer (``Connection``), the core of the reference
client (``Core``), or the whole client. Its docstring says what is wrong, and who had it where that is known.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from bugzoo.planting import PlantedClient, PlantedSource
from ssechaos.client import ReferenceClient
from ssechaos.client.core import Core
from ssechaos.server import Connection, Replay
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.client import Client
    from ssechaos.networks.base import Network
    from ssechaos.sources import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """A pair of a server and a client, one of which is wrong in one way.

    Attributes:
        name: What it does, in words joined by underscores.
        says: The bug in one line, and who had it where that is known.
        caught_by: Names of findings, or of missed objectives, each of which gives it away.
        seen_in: The scenarios of the catalogue and of ``STORIES`` in which it is caught.
    """

    name: str
    says: str
    caught_by: frozenset[str]
    seen_in: tuple[str, ...]
    source: Callable[[], Source] = PlantedSource
    client: Callable[[], Client] = ReferenceClient

    def setup(self, network: Network) -> Setup:
        """What the pair is played with on ``network``."""
        name = "reference" if self.client is ReferenceClient else self.name
        return Setup(network=network, client=self.client, client_name=name, source=self.source())


PLANTED: list[Bug] = []
"""The bugs of all modules that are imported, in their order."""

T = TypeVar("T", bound=type[Any])


def planted(
    *caught_by: str, seen_in: str | tuple[str, ...], beside: type[Connection] | None = None
) -> Callable[[T], T]:
    """Make the class a bug of the zoo; ``beside``: the server's answer without which a client's bug can't show."""

    def enter(part: T) -> T:
        name = re.sub(r"(?<!^)(?=[A-Z])|(?<=[a-z])(?=[0-9])", "_", part.__name__).lower()
        PLANTED.append(
            Bug(
                name=name,
                says=" ".join((inspect.getdoc(part) or "").split()),
                caught_by=frozenset(caught_by),
                seen_in=(seen_in,) if isinstance(seen_in, str) else seen_in,
                **_pair(name, part, beside),
            )
        )
        return part

    return enter


def _pair(name: str, part: type[Any], beside: type[Connection] | None) -> dict[str, Callable[[], Any]]:
    if issubclass(part, Replay):
        return {"source": partial(PlantedSource, name, replay=part)}
    if issubclass(part, Connection):
        return {"source": partial(PlantedSource, name, connection=part)}
    source = partial(PlantedSource, connection=beside or Connection)
    client = partial(PlantedClient, part) if issubclass(part, Core) else part
    return {"source": source, "client": client}
