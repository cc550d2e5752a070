"""What a network is: a place where the faults of a schedule happen, between a client and a server.

One new file adds a network: a class with these methods, entered with ``@register_network``. It says itself which
faults it can't make, and why; the runner skips such scenarios, with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.model import Fault, Recorder, ServerSettings, Step
    from ssechaos.server import Ledger


class Upstream(Protocol):
    """The server behind the network."""

    @property
    def url(self) -> str:
        """Where it answers without any fault, such as ``http://127.0.0.1:8000``."""

    async def crash(self) -> None:
        """Kill it: every connection is reset, nothing listens any more."""

    async def restart(self) -> None:
        """Start it again at the same address."""


class Path(Protocol):
    """The way through a network, opened for one run."""

    @property
    def url(self) -> str:
        """Where the client finds the server, with the faults between: scheme, host and port."""

    async def begin(self, number: int, step: Step) -> None:
        """Put step ``number`` of the schedule in force."""

    async def end(self, number: int) -> Mapping[str, float]:
        """Take the step out of force; return its evidence. What it held is released."""

    async def check(self) -> None:
        """Raise ``NetworkError`` when the network itself is broken, so that nothing can be trusted."""


class Network(Protocol):
    """A kind of network, by name."""

    name: str
    virtual: bool
    """Whether runs take place in virtual time, each on an event loop of its own, and not in real time."""

    def unavailable(self) -> str | None:
        """Why this network can't be used on this machine at all; None when it can."""

    def refuses(self, fault: Fault) -> str | None:
        """Why this network can't make ``fault``, though it is available; None when it can."""

    def models(self, fault: Fault) -> bool:
        """Whether ``fault`` is only imitated here, and its cause does not really happen."""

    def open(self, upstream: Upstream, record: Recorder, seed: str) -> AbstractAsyncContextManager[Path]:
        """A healthy path to ``upstream``. Connections and strikes are recorded; leaving heals, then closes."""


@runtime_checkable
class HostingNetwork(Network, Protocol):
    """A network that runs the reference server itself, and has parts that are up for all runs of a session."""

    def shared(self) -> AbstractAsyncContextManager[object]:
        """What all runs share, which takes long to bring up; a run that finds it missing brings it up itself."""

    def serve(
        self, settings: ServerSettings, ledger: Callable[[float], Ledger], dice: Random
    ) -> AbstractAsyncContextManager[Upstream]:
        """A reference server of one run, inside the network.

        ``ledger`` gives the run's ledger for facts of a moment by the loop's clock: they may be heard of late.
        """


NETWORKS: dict[str, Callable[[], Network]] = {}
"""Every network by its name."""

N = TypeVar("N", bound=Network)


def register_network(name: str) -> Callable[[type[N]], type[N]]:
    """Add a network class under the name that ``--network`` takes."""

    def enter(network: type[N]) -> type[N]:
        network.name = name
        NETWORKS[name] = network
        return network

    return enter
