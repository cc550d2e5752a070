"""The ``simulated`` network: the same proxy and the same faults, in virtual time and on sockets in memory.

Waiting costs nothing, and the same seed gives the same history, entry for entry. The event loop and its sockets
are in ``simulated/``; the runner starts one for each run.
"""

from __future__ import annotations

from ssechaos.networks.base import register_network
from ssechaos.networks.embedded import EmbeddedNetwork


@register_network("simulated")
class SimulatedNetwork(EmbeddedNetwork):
    """A proxy on an event loop in virtual time."""

    virtual = True
