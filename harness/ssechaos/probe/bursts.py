"""The pattern in which bytes arrived: what came at once, and the pauses before it.

A buffer shows itself by pauses after which many events come within a few milliseconds, and, unlike a server that
sends in batches, by pauses in the middle of an event: it counts bytes and knows no events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.probe.observation import Arrival, Read, Sighting

AT_ONCE = 0.02
"""Seconds between two reads that belong together: more than a busy machine needs, less than people notice."""
PAUSE = 0.1
"""Seconds of silence before a burst that is worth the name."""
MANY = 3
"""Events in such a burst."""
SHORT = 0.25
"""Seconds that a burst takes at most, also on a slow line; what goes on for longer is a flow."""


@dataclass(frozen=True, slots=True)
class Burst:
    """What came at once."""

    at: float
    until: float
    pause: float
    """Seconds of silence before it, since the head or since the start where there was none."""
    events: int
    size: int
    """Bytes on the wire."""
    inside: bool
    """Whether it stopped inside an event."""
    moments: int
    """How many of its reads completed events."""
    sent_over: float
    """Seconds over which its events were sent, as far as their data says so."""

    @property
    def flows(self) -> bool:
        """Whether it is no burst but many events close to each other."""
        return self.until - self.at > SHORT

    @property
    def crowded(self) -> bool:
        """Whether many events came at once, after a pause."""
        return self.events >= MANY and self.pause >= PAUSE and not self.flows

    @property
    def sent_apart(self) -> bool:
        """Whether its events say that they were sent further apart than they came."""
        return self.sent_over >= self.until - self.at + 2 * PAUSE


def bursts(sighting: Sighting) -> tuple[Burst, ...]:
    """What came at once, in order."""
    found: list[Burst] = []
    before = 0.0
    for reads in _together(sighting.reads):
        found.append(_burst(reads, before, sighting.arrivals))
        before = reads[-1].at
    return tuple(found)


def events_at_once(sighting: Sighting) -> float:
    """How many events came at one time, on average; 0 when none came."""
    came = bursts(sighting)
    moments = sum(burst.moments if burst.flows else min(burst.moments, 1) for burst in came)
    return sum(burst.events for burst in came) / moments if moments else 0.0


def _together(reads: Iterable[Read]) -> list[list[Read]]:
    groups: list[list[Read]] = []
    for read in reads:
        if groups and read.at - groups[-1][-1].at <= AT_ONCE:
            groups[-1].append(read)
        else:
            groups.append([read])
    return groups


def _burst(reads: Sequence[Read], before: float, arrivals: Iterable[Arrival]) -> Burst:
    at, until = reads[0].at, reads[-1].at
    return Burst(
        at=at,
        until=until,
        pause=at - before,
        events=sum(read.events for read in reads),
        size=sum(read.size for read in reads),
        inside=reads[-1].inside,
        moments=sum(read.events > 0 for read in reads),
        sent_over=_sent_over([arrival for arrival in arrivals if at <= arrival.at <= until]),
    )


def _sent_over(arrivals: Iterable[Arrival]) -> float:
    clocks: dict[str, list[float]] = {}
    for arrival in arrivals:
        if arrival.stamp is not None:
            clocks.setdefault(arrival.stamp.clock, []).append(arrival.stamp.seconds)
    return max((max(times) - min(times) for times in clocks.values()), default=0.0)
