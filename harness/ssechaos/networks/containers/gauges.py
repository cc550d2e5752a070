"""What really happened at Toxiproxy while a fault was in force, by the kernel's own counters.

A gauge is a command that is run again and again in Toxiproxy's network namespace, and what is made of its output.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from ssechaos.faults.base import Direction
from ssechaos.networks.containers import shaping, sockets
from ssechaos.networks.packets.holds import Holds, State
from ssechaos.networks.packets.shaping import Meter
from ssechaos.networks.toxics.gauge import Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssechaos.faults.base import LinkFault
    from ssechaos.networks.containers.shaping import Lane


_SOCKETS = ("ss", "-HtniO", "state", "established")


class Gauge(Protocol):
    """Something to measure."""

    @property
    def command(self) -> Sequence[str]:
        """What to look with."""

    def take(self, at: float, output: str) -> None:
        """What was seen at a time."""

    def evidence(self) -> Mapping[str, float]:
        """Counters by name."""


class Waits:
    """How long bytes to the clients of a port waited for an acknowledgement: what lost packets do."""

    def __init__(self, port: int) -> None:
        self.command = (*_SOCKETS, f"( sport = :{port} )")
        self._holds = Holds()

    def take(self, at: float, output: str) -> None:
        """The sockets at a time."""
        seen = [sockets.parse(line) for line in output.splitlines()]
        self._holds.look([(one.there, State(one.waiting, one.acknowledged, one.round_trip)) for one in seen], at)

    def evidence(self) -> Mapping[str, float]:
        """See ``Holds.evidence``."""
        return self._holds.evidence()


class Bytes:
    """What entered Toxiproxy and what left it, by its sockets on both sides: what toxics do."""

    def __init__(self, fault: LinkFault, port: int, device: str) -> None:
        self.command = (*_SOCKETS, f"( sport = :{port} or dst = {device} )")
        self._fault = fault
        self._port = port
        self._passage = Passage()
        self._seen: dict[object, sockets.Socket] = {}
        self._segments: dict[str, int] = defaultdict(int)
        self._at = 0.0
        self._first = True

    def take(self, at: float, output: str) -> None:
        """The sockets at a time. What was counted before the first look is no doing of this fault."""
        self._at = at
        for one in map(sockets.parse, output.splitlines()):
            key = one.here, one.there
            before = self._seen.get(key)
            self._seen[key] = one
            if before is not None:
                self._note(before, one)
            elif not self._first:
                self._note(_nothing(one), one)
        self._first = False

    def evidence(self) -> Mapping[str, float]:
        """See ``Passage.evidence``; ``segments`` and ``pieces`` are packets with data that came and went."""
        counted = dict(self._passage.evidence(self._fault, self._at))
        if self._fault.keeps_bytes:
            # What a connection had under way when it ended is not known, so nothing can be called discarded.
            del counted["bytes_discarded"]
        return {**counted, **{name: float(count) for name, count in self._segments.items()}}

    def _note(self, before: sockets.Socket, now: sockets.Socket) -> None:
        faces_client = now.here[1] == self._port
        came, went = Direction.DOWNSTREAM, Direction.UPSTREAM
        if faces_client:
            came, went = went, came
        if self._fault.direction.covers(came):
            self._passage.enter(came, now.received - before.received, self._at)
            self._segments["segments"] += now.segments_received - before.segments_received
        if self._fault.direction.covers(went):
            self._passage.leave(went, now.acknowledged - before.acknowledged, self._at)
            self._segments["pieces"] += now.segments_sent - before.segments_sent


class Queue:
    """How fast a token bucket let packets through while some waited."""

    def __init__(self, lane: Lane) -> None:
        self.command = ("tc", "-statistics", "-json", "qdisc", "show", "dev", shaping.INTERFACE)
        self._lane = lane
        self._meter: Meter | None = None

    def take(self, at: float, output: str) -> None:
        """The queues at a time."""
        sample = shaping.sample(output, self._lane.number, at)
        if sample is None:
            return
        if self._meter is None:
            self._meter = Meter(sample)
        self._meter.take(sample)

    def evidence(self) -> Mapping[str, float]:
        """See ``Meter.evidence``."""
        return {} if self._meter is None else self._meter.evidence()


def _nothing(one: sockets.Socket) -> sockets.Socket:
    """A socket as it was before it was used."""
    return sockets.Socket(one.here, one.there, 0, 0, 0, 0, 0, 0.0)
