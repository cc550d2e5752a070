"""Were events held back on their way, and by whom?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.probe.between import place, unbuffer
from ssechaos.probe.bursts import MANY, events_at_once
from ssechaos.probe.findings import Certainty, Finding, Layer, Weight
from ssechaos.probe.suspicion import PROMPT, Suspicion, all_at_once, suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.probe.observation import Observations, Sighting

_SURE = (Certainty.CERTAIN, Certainty.LIKELY)
_TIMES = 3.0
"""So many times more events at once than around the proxy mean that it holds them."""
_COMPARE = "compare with --direct URL to be sure"


def buffering(seen: Observations) -> Iterator[Finding]:
    """Whether events are held, and where."""
    if seen.main.failure or (seen.main.head and not seen.main.is_stream):
        return
    found = suspicion(seen.main)
    if seen.around is None or seen.around.failure or (seen.around.head and not seen.around.is_stream):
        yield from _alone(seen, found)
    elif held_more(seen.main, seen.around):
        yield _finding(seen, found, Certainty.CERTAIN, Layer.BETWEEN)
    else:
        yield from _no_better_around(seen, found, suspicion(seen.around))


def wants_comparison(main: Sighting) -> bool:
    """Whether the same stream without compression would tell more."""
    compressed = main.head is not None and bool(main.head.compression)
    return compressed and (suspicion(main).certainty is not None or all_at_once(main))


def held_more(one: Sighting, other: Sighting) -> bool:
    """Whether events of ``one`` were held, and those of ``other`` were not."""
    if not other.arrivals:
        return False
    first = one.arrivals[0].at if one.arrivals else one.ended_at
    crowd = events_at_once(one) >= _TIMES * events_at_once(other)
    return first - other.arrivals[0].at > PROMPT or (len(one.arrivals) >= MANY and crowd)


def _alone(seen: Observations, found: Suspicion) -> Iterator[Finding]:
    certainty = Certainty.CERTAIN if _compression_holds(seen) else found.certainty
    if certainty:
        yield _finding(seen, found, certainty, Layer.UNKNOWN)


def _no_better_around(seen: Observations, found: Suspicion, around: Suspicion) -> Iterator[Finding]:
    if not seen.main.arrivals:
        return  # neither here nor there
    if around.certainty in _SURE:
        yield _finding(seen, around, Certainty.CERTAIN, Layer.SERVER)
    elif found.certainty:
        yield _finding(seen, found, Certainty.POSSIBLE, Layer.SERVER)


def _finding(seen: Observations, found: Suspicion, certainty: Certainty, layer: Layer) -> Finding:
    return Finding(
        kind="buffering",
        weight=Weight.BLOCKS if certainty in _SURE else Weight.WARNS,
        certainty=certainty,
        layer=layer,
        cause=f"{_who(seen, layer, certainty)}: {_what(seen, found)}",
        cure=_cure(seen, layer, certainty),
        measured={
            "held_seconds": round(found.held, 3),
            "bursts": found.bursts,
            "events_in_bursts": found.events,
            "burst_bytes": found.size,
            "signs": "; ".join(found.signs),
        },
    )


def _compression_holds(seen: Observations) -> bool:
    """Whether the same stream flows when it is not compressed."""
    return seen.uncompressed is not None and held_more(seen.main, seen.uncompressed)


def _who(seen: Observations, layer: Layer, certainty: Certainty) -> str:
    if certainty is Certainty.POSSIBLE:
        return "events come in batches, which the server may well send so"
    if _compression_holds(seen) and seen.main.head:
        return f"compression ({seen.main.head.compression}) holds events back"
    match layer:
        case Layer.BETWEEN:
            return f"{place(seen)} holds events back"
        case Layer.SERVER:
            return "the server itself holds events back"
        case _:
            return f"{place(seen)}, or the server itself, holds events back"


def _what(seen: Observations, found: Suspicion) -> str:
    compared = "" if seen.around is None else f"; around it, the first came after {_first(seen.around)}"
    if not seen.main.arrivals:
        return f"no event came within {seen.main.ended_at:.1f} s{compared}"
    if not found.bursts:
        return f"the first event came after {_first(seen.main)}{compared}"
    crowd = f"{found.events} events came in {_bursts(found)} of about {found.size} bytes"
    return f"{crowd}, each after a pause, of up to {found.held:.1f} s{compared}"


def _bursts(found: Suspicion) -> str:
    return "one burst" if found.bursts == 1 else f"{found.bursts} bursts"


def _first(sighting: Sighting) -> str:
    return f"{sighting.arrivals[0].at:.1f} s" if sighting.arrivals else "nothing at all"


def _cure(seen: Observations, layer: Layer, certainty: Certainty) -> str:
    if certainty is Certainty.POSSIBLE:
        return f"flush after every event; {_COMPARE}"
    if _compression_holds(seen):
        return (
            "compression off for text/event-stream (nginx: leave it out of gzip_types), or flush it at each event"
        )
    if layer is Layer.SERVER:
        return "flush after every event, and compression off for text/event-stream in the application"
    return unbuffer(seen) + ("" if layer is Layer.BETWEEN else f"; {_COMPARE}")
