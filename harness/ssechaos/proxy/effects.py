"""What a fault does to a proxy while it is in force: one class for each family of faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

from ssechaos.errors import UsageError
from ssechaos.faults.base import AnswerFault, Gate, LinkFault, PathFault
from ssechaos.installation import Installation
from ssechaos.proxy.answer import Answer
from ssechaos.proxy.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ssechaos.model import Fault
    from ssechaos.proxy.proxy import Proxy


class Effect(Protocol):
    """A fault in force on a proxy."""

    async def begin(self) -> None:
        """Put it in force."""

    async def end(self) -> dict[str, float]:
        """Take it out of force; return its evidence."""


def effect_of(fault: Fault, key: Hashable, proxy: Proxy) -> Effect:
    """The effect of ``fault`` on ``proxy``, known there as ``key``.

    Raises:
        UsageError: it is no fault that a proxy can make.
    """
    if isinstance(fault, LinkFault):
        return LinkEffect(fault, key, proxy)
    if isinstance(fault, PathFault):
        return PathEffect(fault, key, proxy)
    if isinstance(fault, AnswerFault):
        return AnswerEffect(fault, key, proxy)
    raise UsageError(f"a proxy can't make the fault {fault.kind!r}: it works on connections and bytes only")


@dataclass(frozen=True, slots=True)
class Left:
    """The key of a link fault that a path fault of the kind ``by`` left behind."""

    by: str
    place: int


class LinkEffect:
    """A fault on the bytes of all connections."""

    def __init__(self, fault: LinkFault, key: Hashable, proxy: Proxy) -> None:
        self._key = key
        self._proxy = proxy
        self._installation = Installation(fault, f"{proxy.seed}:{key}", partial(proxy.observer.struck, key))

    async def begin(self) -> None:
        """Put it into every link."""
        self._proxy.install(self._key, self._installation)

    async def end(self) -> dict[str, float]:
        """Take it out of every link."""
        evidence = self._installation.evidence(self._proxy.now())
        self._proxy.uninstall(self._key)
        return evidence


class PathEffect:
    """A fault on connections as a whole."""

    def __init__(self, fault: PathFault, key: Hashable, proxy: Proxy) -> None:
        self._fault = fault
        self._key = key
        self._proxy = proxy
        self._tally: Counter[str] = Counter()
        self._probe: Probe | None = None

    async def begin(self) -> None:
        """Close the gate first, so that nobody slips through while the live connections are struck."""
        gate = self._proxy.hold_gate(self._key, self._fault.gate)
        if self._fault.strike is not None:
            self._tally["connections_broken"] = self._proxy.strike(self._key, self._fault.strike)
        if self._fault.gate is gate is not Gate.ACCEPT:
            self._probe = Probe(gate, self._proxy.address)
            await self._probe.settle()

    async def end(self) -> dict[str, float]:
        """Open the gate, and leave what stays behind the fault to all connections from now on."""
        evidence = {name: float(count) for name, count in self._tally.items()}
        if self._probe is not None:
            evidence |= await self._probe.end()
        self._leave_behind(self._fault.afterwards())
        self._proxy.release_gate(self._key)
        return evidence

    def _leave_behind(self, faults: tuple[LinkFault, ...]) -> None:
        left = [key for key in self._proxy.installed if isinstance(key, Left) and key.by == self._fault.kind]
        for key in left:
            self._proxy.uninstall(key)
        for place, fault in enumerate(faults):
            seed = f"{self._proxy.seed}:{self._key}:after:{place}"
            struck = partial(self._proxy.observer.struck, self._key)
            self._proxy.install(Left(self._fault.kind, place), Installation(fault, seed, struck))


class AnswerEffect:
    """A fault that answers the requests of new connections."""

    def __init__(self, fault: AnswerFault, key: Hashable, proxy: Proxy) -> None:
        self._key = key
        self._proxy = proxy
        self._answer = Answer(fault, partial(proxy.observer.struck, key))

    async def begin(self) -> None:
        """Answer instead of the server."""
        self._proxy.answers[self._key] = self._answer

    async def end(self) -> dict[str, float]:
        """Let the server answer again."""
        del self._proxy.answers[self._key]
        return {name: float(count) for name, count in self._answer.tally.items()}
