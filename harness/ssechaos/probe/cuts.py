"""Was a stream cut before its end: for being silent, for being old, or otherwise? And is it silent too long?"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from ssechaos.faults.platforms import PLATFORMS
from ssechaos.probe.findings import Certainty, Finding, Layer, Weight
from ssechaos.probe.heartbeats import advised
from ssechaos.probe.observation import Ending
from ssechaos.probe.resuming import honoured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

_AGREE = 0.1
"""Two durations that differ by less than this share are the same."""
_LEAST_IDLE = 0.5
"""Seconds of silence before an end that is no idle cut if it is shorter."""
_UNUSUAL = 2.0
"""How many times the usual silence the last one is when it was the reason."""


def cuts(seen: Observations) -> Iterator[Finding]:
    """How the stream came to a wrong end."""
    ended = next((it for it in seen.through if it.is_stream and it.ending is Ending.CUT), seen.main)
    if not ended.is_stream or ended.complete or ended.ending not in {Ending.CUT, Ending.CLOSED}:
        return
    if _died_of_silence(ended):
        yield _idle(seen, ended)
    elif ended.ending is Ending.CUT:
        yield _while_busy(seen, ended)
    elif ended.arrivals:
        yield Finding(
            kind="no_terminal_event",
            weight=Weight.NOTES,
            cause=f"the stream ended after {ended.ended_at:.1f} s without an event that says it is complete",
            cure="send a last event (`event: complete`, or `data: [DONE]`): an EventSource reconnects otherwise",
        )


def _died_of_silence(sighting: Sighting) -> bool:
    """Whether the silence before the end was long, and longer than those before it."""
    *usual, last = sighting.silences
    body = usual[2:]  # the waits for head and body are of another kind
    floor = _LEAST_IDLE if sighting.ending is Ending.CUT else 5.0
    return last >= floor and last >= _UNUSUAL * (median(body) if body else 0.0)


def _idle(seen: Observations, ended: Sighting) -> Finding:
    idle = ended.silences[-1]
    others = [it for it in seen.through if it.is_stream and it is not ended]
    agreed = [it for it in others if it.ending is ended.ending and _same(it.silences[-1], idle)]
    layer = _layer(seen, ended)
    return Finding(
        kind="idle_cut",
        weight=Weight.BLOCKS,
        certainty=_certainty(layer, agreed=bool(agreed) or not others),
        layer=layer,
        cause=f"the stream was cut after {idle:.1f} s of silence{_known(idle, 'idle')}{_where(layer)}",
        cure=f"send heartbeats every {advised(idle):g} s, or raise the idle timeout of what stands between",
        measured={"idle_seconds": round(idle, 3), "streams_cut_alike": len(agreed) + 1},
    )


def _while_busy(seen: Observations, ended: Sighting) -> Finding:
    age = ended.ended_at
    layer = _layer(seen, ended)
    resumes = honoured(seen.resumed)
    return Finding(
        kind="cut",
        weight=Weight.WARNS if resumes else Weight.BLOCKS,
        certainty=Certainty.LIKELY if layer is Layer.UNKNOWN else Certainty.CERTAIN,
        layer=layer,
        cause=f"the stream was cut after {age:.1f} s while it was sending{_known(age, 'total')}{_where(layer)}",
        cure="raise the limit on a response's total time, and honour Last-Event-ID so that a client can go on",
        measured={"age_seconds": round(age, 3), "said": ended.trouble},
    )


def _layer(seen: Observations, ended: Sighting) -> Layer:
    """Where the cut was made: the direct stream lived on, or was cut alike."""
    around = seen.around
    if around is None or not around.is_stream:
        return Layer.UNKNOWN
    if around.ending is ended.ending and not around.complete:
        return Layer.SERVER if _same(around.ended_at, ended.ended_at) else Layer.UNKNOWN
    return Layer.BETWEEN


def _certainty(layer: Layer, *, agreed: bool) -> Certainty:
    if layer is not Layer.UNKNOWN:
        return Certainty.CERTAIN
    return Certainty.LIKELY if agreed else Certainty.POSSIBLE


def _where(layer: Layer) -> str:
    match layer:
        case Layer.BETWEEN:
            return "; around what stands between it lived on"
        case Layer.SERVER:
            return "; around what stands between it was cut alike, so the server does it"
        case _:
            return ""


def _known(seconds: float, limit: str) -> str:
    """Who is known to cut after so long."""
    names = [name for name, limits in PLATFORMS.items() if _same(float(limits.get(limit, 0.0)), seconds)]  # type: ignore[arg-type]
    return f" (as {' and '.join(names)} do by default)" if names else ""


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _AGREE * max(one, other)
