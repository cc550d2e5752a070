"""Toxiproxy's own types of toxics, translated: milliseconds, microseconds and KB/s become seconds and bytes.

What each means is read from Toxiproxy's source (``toxics/*.go``). Where that has an error, this is what its
documentation says instead; ``docs/toxiproxy.md`` lists the differences.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.faults.bandwidth import Bandwidth
from ssechaos.faults.cut import Cut
from ssechaos.faults.discard import Discard
from ssechaos.faults.jitter import Jitter
from ssechaos.faults.latency import Latency
from ssechaos.faults.reset_after import ResetAfter
from ssechaos.faults.slow_close import SlowClose
from ssechaos.faults.stall import Stall
from ssechaos.faults.uneven_slicer import UnevenSlicer
from ssechaos.proxy.api import wire
from ssechaos.proxy.api.meaning import Attributes, Meaning

if TYPE_CHECKING:
    from ssechaos.faults.base import Direction, LinkFault

MS = 1e-3
US = 1e-6
KB = 1000

Translation = Callable[[Mapping[str, int], "Direction"], "LinkFault | None"]


@dataclass(frozen=True, slots=True)
class StockType:
    """A type of Toxiproxy's: whole numbers, 0 when they are not given."""

    structure: str
    """What Toxiproxy's source calls it."""
    types: Mapping[str, str]
    translate: Translation
    on_live: Translation | None = None

    def attributes(self, given: Any, present: Mapping[str, Any] | None = None) -> Attributes:
        """All attributes; unknown ones are ignored."""
        found = wire.fields({} if given is None else given, self.types, f"{self.structure}.attributes")
        return {**dict.fromkeys(self.types, 0), **(present or {}), **found}

    def meaning(self, attributes: Mapping[str, Any], direction: Direction) -> Meaning:
        """What they mean for one direction."""
        live = self.on_live(attributes, direction) if self.on_live else None
        return Meaning(self.translate(attributes, direction), live)


def _latency(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    delay, jitter = given["latency"] * MS, given["jitter"] * MS
    if delay < 0:
        raise UsageError(f"latency: latency is milliseconds, 0 or more; got {given['latency']}")
    if 0 <= jitter <= delay and delay:
        return Latency(delay=delay, jitter=jitter, direction=direction)
    return Jitter(delay=delay, jitter=jitter, direction=direction) if jitter else None


def _bandwidth(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    if not given["rate"]:
        return Stall(direction=direction)
    return Bandwidth(rate=given["rate"] * KB, direction=direction)


def _slicer(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    average, variation = given["average_size"], given["size_variation"]
    if not average and not variation:
        return None
    return UnevenSlicer(average=average, variation=variation, gap=given["delay"] * US, direction=direction)


def _slow_close(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    return SlowClose(delay=given["delay"] * MS, direction=direction)


def _timeout(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    return Discard(timeout=given["timeout"] * MS or None, direction=direction)


def _reset_peer(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    return ResetAfter(delay=given["timeout"] * MS, direction=direction)


def _reset_live(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    return ResetAfter(delay=given["timeout"] * MS, idle_too=True, direction=direction)


def _limit_data(given: Mapping[str, int], direction: Direction) -> LinkFault | None:
    return Cut(after=max(0, given["bytes"]), times=sys.maxsize, direction=direction)


def _noop(_given: Mapping[str, int], _direction: Direction) -> LinkFault | None:
    return None


STOCK: Mapping[str, StockType] = {
    "latency": StockType("LatencyToxic", {"latency": "int64", "jitter": "int64"}, _latency),
    "bandwidth": StockType("BandwidthToxic", {"rate": "int64"}, _bandwidth),
    "slicer": StockType("SlicerToxic", {"average_size": "int", "size_variation": "int", "delay": "int"}, _slicer),
    "slow_close": StockType("SlowCloseToxic", {"delay": "int64"}, _slow_close),
    "timeout": StockType("TimeoutToxic", {"timeout": "int64"}, _timeout),
    "reset_peer": StockType("ResetToxic", {"timeout": "int64"}, _reset_peer, _reset_live),
    "limit_data": StockType("LimitDataToxic", {"bytes": "int64"}, _limit_data),
    "noop": StockType("NoopToxic", {}, _noop),
}
"""Toxiproxy's types by name."""
