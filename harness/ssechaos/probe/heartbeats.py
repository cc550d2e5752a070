"""Is the stream ever silent for so long that something between would take it for dead?"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Layer, Weight
from ssechaos.probe.listening import SILENT
from ssechaos.probe.observation import Ending, gaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

_SHORTEST_CUT = 30.0
"""Seconds of silence after which the strictest of the usual proxies cut."""
_LATE = 1.5
"""How many times the promised interval a heartbeat may take."""


def heartbeats(seen: Observations) -> Iterator[Finding]:
    """Whether heartbeats fill the silences, and come as often as promised."""
    main = seen.main
    if not main.is_stream or main.ending is not Ending.LEFT:
        return
    longest = max(main.silences)
    if main.arrivals and longest >= _SHORTEST_CUT / 2:
        yield Finding(
            kind="no_heartbeats",
            weight=Weight.WARNS,
            layer=Layer.SERVER,
            cause=f"the stream was silent for {longest:.1f} s, and many proxies cut after {_SHORTEST_CUT:g} s",
            cure=f"send heartbeats every {SILENT:g} s",
            measured={"longest_silence_seconds": round(longest, 3)},
        )
    if (promised := _promised(main)) and (worst := _worst_wait(main)) > _LATE * promised:
        yield Finding(
            kind="late_heartbeats",
            weight=Weight.WARNS,
            cause=f"heartbeats are promised every {promised:g} s, but one took {worst:.1f} s",
            cure="send them on a schedule of their own, whatever else is sent",
        )


def beats(sighting: Sighting) -> tuple[float, ...]:
    """When heartbeats came, be they comments or events."""
    return tuple(sorted({*sighting.comments, *(it.at for it in sighting.arrivals if it.heartbeat)}))


def interval(sighting: Sighting) -> float | None:
    """The usual time between two heartbeats; None when there were not two."""
    between = gaps(beats(sighting))
    return median(between) if between else None


def advised(idle: float) -> float:
    """Seconds between heartbeats where ``idle`` seconds of silence are cut: half of them, 15 at most."""
    return min(15.0, round(idle / 2, 1))


def _promised(sighting: Sighting) -> float:
    """Seconds between heartbeats that the server announces (``X-Heartbeat-Interval``), 0 when it does not."""
    try:
        return float(sighting.head.headers.get("x-heartbeat-interval", "")) if sighting.head else 0.0
    except ValueError:
        return 0.0


def _worst_wait(sighting: Sighting) -> float:
    return max(gaps((sighting.head.at if sighting.head else 0.0, *beats(sighting), sighting.ended_at)))
