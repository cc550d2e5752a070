"""Rates by token buckets (tc-tbf(8)) where packets leave the router, and what was measured at them.

The bucket counts whole frames, so what an application gets is less by the headers, 4% for full packets. It is one
bucket for all connections of a path, as on an access link. A packet that finds the queue full is lost, and TCP
repairs it; the queue is long enough that this is rare.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ssechaos.networks.packets.plan import Plan

OPEN = 4e9
"""Bytes per second of a bucket that holds nothing back. It stays in its place: its queue drains in order."""

_FRAME = 1600
_BURST_SECONDS = 0.004
_QUEUE_SECONDS = 0.25
_LEAST_QUEUE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """What a queue had sent at some time, and what waited in it: bytes, and packets that it lost."""

    at: float
    sent: int
    waiting: int
    lost: int


def buckets(plan: Plan, limits: Iterable[tuple[Direction, float]]) -> str:
    """The script that makes the narrowest of the limits of each direction hold."""
    wanted = list(limits)
    return "".join(
        f"qdisc replace dev {name} root {token_bucket(narrowest(wanted, direction))}\n"
        for direction in (Direction.DOWNSTREAM, Direction.UPSTREAM)
        for name in outlets(plan, direction)
    )


def narrowest(limits: Iterable[tuple[Direction, float]], direction: Direction) -> float:
    """Bytes per second that all the limits together leave to a direction."""
    return min([rate for covered, rate in limits if covered.covers(direction)], default=OPEN)


def outlets(plan: Plan, direction: Direction) -> tuple[str, ...]:
    """Where packets of a direction leave the router."""
    if direction is Direction.UPSTREAM:
        return (plan.server.name,)
    return tuple(link.name for link in plan.access)


def sample(listing: str, names: Collection[str], at: float) -> Sample:
    """What ``tc -statistics -json qdisc show`` says of the queues at some interfaces."""
    queues = [queue for queue in json.loads(listing) if queue["dev"] in names and queue["kind"] == "tbf"]
    sent, waiting, lost = (sum(queue[key] for queue in queues) for key in ("bytes", "backlog", "drops"))
    return Sample(at, sent, waiting, lost)


class Meter:
    """How fast a queue was while there was something in it.

    Time is taken from one departure to a later one, as a packet on a slow link takes longer than a look apart.
    """

    def __init__(self, first: Sample) -> None:
        self._first = self._last = first
        self._left: Sample | None = None
        self._most = first.waiting
        self._busy = 0.0
        self._passed = 0

    def take(self, sample: Sample) -> None:
        """Another look at the queue. It was busy since the last one if bytes waited then and wait now."""
        if not (sample.waiting and self._last.waiting):
            self._left = None
        elif sample.sent > self._last.sent:
            if self._left is not None:
                self._busy += sample.at - self._left.at
                self._passed += sample.sent - self._left.sent
            self._left = sample
        self._most = max(self._most, sample.waiting)
        self._last = sample

    def evidence(self) -> Mapping[str, float]:
        """Counters by name. ``rate`` is that of a busy queue; of one that never was, the mean."""
        first, last = self._first, self._last
        passed, seconds = (
            (self._passed, self._busy) if self._busy else (last.sent - first.sent, last.at - first.at)
        )
        rate = round(passed / seconds, 1) if seconds > 0 else 0.0
        return {
            "rate": rate,
            "total_rate": rate,
            "bytes": float(last.sent - first.sent),
            "most_waiting": float(self._most),
            "packets_dropped": float(last.lost - first.lost),
        }


def token_bucket(rate: float) -> str:
    """A bucket of ``rate`` bytes per second in words of tc-tbf(8); it may run ahead by 4 ms, and holds 250 ms."""
    burst = max(_FRAME, int(rate * _BURST_SECONDS))
    queue = max(_LEAST_QUEUE, burst + int(rate * _QUEUE_SECONDS))
    return f"tbf rate {rate:.0f}bps burst {burst} limit {queue}"
