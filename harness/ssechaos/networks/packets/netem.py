"""Delay by the kernel itself, where it has netem (tc-netem(8)), and what that counted. Pure: values in, text out.

At each place where packets leave the router netem comes first and the token bucket behind it, as a packet travels
and then meets the bottleneck. Once it is there it stays: to take it away would lose what it holds.

It does steady delay only. Its jitter lets packets overtake each other, which no single path does, and its bursts
of loss wait for TCP instead of ending in silence (``line.BURST_MEMORY``): both are the line's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.faults.base import Direction
from ssechaos.networks.packets.shaping import narrowest, outlets, token_bucket

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ssechaos.networks.packets.plan import Plan

_MOST_PACKETS = 100_000
"""More than any path here holds; netem drops what is beyond."""


@dataclass(frozen=True, slots=True)
class Delay:
    """What one fault adds to the way of each packet of a direction, and how long that takes at least; seconds."""

    direction: Direction
    adds: float
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class Passed:
    """What left netem so far."""

    packets: int
    size: int


def queues(plan: Plan, delays: Iterable[Delay], limits: Iterable[tuple[Direction, float]]) -> str:
    """The script that makes all delays and limits hold."""
    delays, limits = list(delays), list(limits)
    return "".join(
        f"qdisc replace dev {name} root handle 1: netem limit {_MOST_PACKETS} delay {_delay(delays, way)}\n"
        f"qdisc replace dev {name} parent 1:1 handle 2: {token_bucket(narrowest(limits, way))}\n"
        for way in (Direction.DOWNSTREAM, Direction.UPSTREAM)
        for name in outlets(plan, way)
    )


def passed(listing: str, names: Collection[str]) -> Passed:
    """What ``tc -statistics -json qdisc show`` says of netem at some interfaces."""
    found = [queue for queue in json.loads(listing) if queue["dev"] in names and queue["kind"] == "netem"]
    return Passed(sum(queue["packets"] for queue in found), sum(queue["bytes"] for queue in found))


def _delay(delays: Iterable[Delay], way: Direction) -> str:
    there = [delay for delay in delays if delay.direction.covers(way)]
    longest = max(sum(delay.adds for delay in there), *(delay.least for delay in there), 0.0)
    return f"{longest * 1e6:.0f}us"
