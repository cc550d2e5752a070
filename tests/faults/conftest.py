"""One link with one fault, played in virtual time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING

import pytest

from ssechaos.faults.base import Direction, End, LinkFault, Segment
from ssechaos.installation import Installation
from ssechaos.link import Link

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_STEPS = 100_000


@dataclass
class Played:
    """A link, the fault in it, and what came out so far with the time at which it did."""

    installation: Installation
    link: Link
    out: list[tuple[float, Segment]] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    now: float = 0.0
    sent: bytes = b""

    def send(self, at: float, data: bytes = b"", end: End | None = None) -> None:
        """Let time pass until ``at``, then push."""
        self.run(at)
        self.sent += data
        self.link.push(at, data, end)
        self._take(at)

    def run(self, until: float = inf) -> Played:
        """Do what a driver does: come back at each deadline."""
        for _ in range(MOST_STEPS):
            due = self.link.deadline()
            if due is None or due > until:
                break
            self._take(max(due, self.now))
        else:
            pytest.fail(f"{MOST_STEPS} deadlines, and no end to it")
        if until < inf:
            self._take(until)
        return self

    def remove(self, at: float) -> Played:
        """Take the fault out."""
        self.run(at)
        self.link.remove("fault", at)
        self._take(at)
        return self

    @property
    def data(self) -> bytes:
        """All bytes that came out."""
        return b"".join(segment.data for _, segment in self.out)

    @property
    def ends(self) -> list[End]:
        """The ends that came out."""
        return [segment.end for _, segment in self.out if segment.end]

    @property
    def times(self) -> list[float]:
        """When each segment came out."""
        return [at for at, _ in self.out]

    @property
    def evidence(self) -> dict[str, float]:
        """What the installation says now."""
        return self.installation.evidence(self.now)

    @property
    def shown(self) -> bool:
        """Whether that proves the fault."""
        return self.installation.fault.shown_by(self.evidence)

    def again(self) -> Played:
        """Another connection in the same step."""
        return _connect(self.installation, self.struck, 2)

    def _take(self, now: float) -> None:
        self.now = now
        self.out += [(now, segment) for segment in self.link.advance(now)]


def _connect(installation: Installation, struck: list[str], connection: int) -> Played:
    link = Link()
    fault = installation.fault
    way = Direction.DOWNSTREAM if fault.direction.covers(Direction.DOWNSTREAM) else Direction.UPSTREAM
    stage = installation.stage(connection, way)
    assert stage is not None
    link.add("fault", stage)
    played = Played(installation, link, struck=struck)
    played.run(0.0)
    return played


@pytest.fixture(scope="session")
def play() -> Callable[..., Played]:
    """``play(fault)``: a connection that has just been opened, at time 0."""

    def start(fault: LinkFault, seed: str = "7:0") -> Played:
        struck: list[str] = []
        return _connect(Installation(fault, seed, lambda _, what: struck.append(what)), struck, 1)

    return start
