"""Who is put under test, by the names that a command line takes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ssechaos.catalogue import unknown
from ssechaos.client import CLIENTS
from ssechaos.client.callable import callable_client
from ssechaos.errors import UsageError
from ssechaos.hosting import app_source
from ssechaos.networks import NETWORKS
from ssechaos.runner import Setup
from ssechaos.sources import ReferenceSource, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.client import Client


def setup_named(client: str = "reference", server: str = "reference", network: str = "simulated") -> Setup:
    """What a run is played with. One's own client is ``module:function``, one's own server ``module:app``.

    Raises:
        UsageError: one of them is unknown; says which is near.
    """
    if network not in NETWORKS:
        raise UsageError(unknown("network", network, NETWORKS))
    return Setup(network=NETWORKS[network](), client=_client(client), client_name=client, source=_source(server))


def _client(name: str) -> Callable[[], Client]:
    if ":" in name:
        callable_client(name)
        return partial(callable_client, name)
    if name not in CLIENTS:
        raise UsageError(f"{unknown('client', name, CLIENTS)}; one of your own is module:function")
    return CLIENTS[name]


def _source(name: str) -> Source:
    if name == "reference":
        return ReferenceSource()
    if ":" not in name:
        raise UsageError(f"unknown server {name!r}: it is 'reference', or one of your own as module:app")
    return app_source(name)
