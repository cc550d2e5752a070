"""Did the stream show enough to be judged? Without evidence that events flow, nothing is said to work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.probe.findings import Finding, Layer, Weight
from ssechaos.probe.heartbeats import interval
from ssechaos.probe.observation import Ending
from ssechaos.probe.suspicion import PROMPT, all_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting


def substance(seen: Observations) -> Iterator[Finding]:
    """Why what came tells nothing. What was cut, or never opened, is told about elsewhere."""
    main = seen.main
    if main.failure or (main.head and not main.is_stream) or main.ending in {Ending.CUT, Ending.GARBLED}:
        return
    if not main.arrivals:
        yield _only_heartbeats() if interval(main) else _silent(main, seen.around)
    elif all_at_once(main):
        yield Finding(
            kind="too_short",
            weight=Weight.UNTESTABLE,
            cause=f"the whole stream came at once, after {main.reads[0].at:.1f} s: held or sent so, who knows",
            cure=f"probe a stream that sends for longer than {PROMPT:g} s",
        )


def _only_heartbeats() -> Finding:
    return Finding(
        kind="no_events",
        weight=Weight.WARNS,
        cause="heartbeats came apart, as they were sent, but no event did",
        cure="probe a stream that sends events too, to see their share, their ids and Last-Event-ID",
    )


def _silent(main: Sighting, around: Sighting | None) -> Finding:
    compared = around is not None and not around.failure and not around.arrivals
    return Finding(
        kind="silent",
        weight=Weight.UNTESTABLE,
        layer=Layer.SERVER if compared else Layer.UNKNOWN,
        cause=f"no event came within {main.ended_at:.0f} s" + (", around the proxy neither" if compared else ""),
        cure="probe a stream that sends an event every second or so, with --direct to compare",
    )
