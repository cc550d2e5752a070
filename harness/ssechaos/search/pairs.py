"""Who is put under test, by the names that a command line takes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ssechaos.catalogue import unknown
from ssechaos.client import CLIENTS
from ssechaos.client.callable import callable_client
from ssechaos.errors import UsageError
from ssechaos.hosting import app_source
from ssechaos.networks import NETWORKS
from ssechaos.setups import Setup
from ssechaos.sources import ReferenceSource, Source


def setup_named(client: str = "reference", server: str = "reference", network: str = "simulated") -> Setup:
    """What a run is played with. One's own client is ``module:function``, one's own server ``module:app``.

    Raises:
        UsageError: one of them is unknown, and says which is near; or the client can't be played on the network.
    """
    if network not in NETWORKS:
        raise UsageError(unknown("network", network, NETWORKS))
    made = Setup(network=NETWORKS[network](), source=_source(server))
    if ":" in client:
        callable_client(client)
        return replace(made, client=partial(callable_client, client), client_name=client)
    if client not in CLIENTS:
        raise UsageError(f"{unknown('client', client, CLIENTS)}; one of your own is module:function")
    return made.with_client(client)


def _source(name: str) -> Source:
    if name == "reference":
        return ReferenceSource()
    if ":" not in name:
        raise UsageError(f"unknown server {name!r}: it is 'reference', or one of your own as module:app")
    return app_source(name)
