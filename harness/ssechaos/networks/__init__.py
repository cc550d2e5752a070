"""The networks that a scenario can run on, one module each. Importing this package fills the registry."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from ssechaos.networks.base import NETWORKS, Network, Path, Upstream, register_network

__all__ = ["NETWORKS", "Network", "Path", "Upstream", "register_network"]

for _module in iter_modules(__path__):
    # A package here is what a network is made of; the network itself is a module.
    if not _module.ispkg:
        import_module(f"{__name__}.{_module.name}")
