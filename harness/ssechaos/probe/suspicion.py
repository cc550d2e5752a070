"""Whether one stream looks as if something held its events back, and how sure that is.

A server of others does not say when it sent an event, so that signs must do: bursts after pauses, pauses inside
events, sizes as buffers have them, and the 2 s rule (requirement R19). Times of sending in the data, or heartbeats
that come together, prove it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ssechaos.probe.bursts import MANY, PAUSE, Burst, bursts
from ssechaos.probe.findings import Certainty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.probe.observation import Sighting

PROMPT = 2.0
"""Seconds in which the first part of a response comes, unless something holds it: the 2 s rule."""

_MOSTLY = 0.8
_FEW = 2 * MANY
"""Fewer events than this make no pattern."""
_TWO = 2
_BUFFERS = tuple(kib * 1024 for kib in (4, 8, 16, 32, 64, 100, 128))
_NEAR = 0.05
_PACE_TOLERANCE = 1.5


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The signs of one stream."""

    signs: tuple[str, ...]
    certainty: Certainty | None
    """None: nothing looks like a buffer."""
    held: float
    """About how many seconds the events of a burst waited for it."""
    size: int
    """The bytes of a usual burst."""
    bursts: int
    """How many there were."""
    events: int
    """How many events came in them."""


def suspicion(sighting: Sighting) -> Suspicion:
    """What the pattern of one stream says."""
    came = bursts(sighting)
    crowds = [burst for burst in _after_first(came) if burst.crowded]
    signs = _signs(sighting, came, crowds)
    return Suspicion(
        signs=tuple(signs.values()),
        certainty=_certainty(set(signs)),
        held=max((max(burst.pause, burst.sent_over) for burst in crowds), default=_wait(sighting)),
        size=round(median([burst.size for burst in crowds])) if crowds else 0,
        bursts=len(crowds),
        events=sum(burst.events for burst in crowds),
    )


def all_at_once(sighting: Sighting) -> bool:
    """Whether the whole of a stream came at once, with its end, so that its pattern says nothing."""
    came = bursts(sighting)
    return len(came) == 1 and not came[0].flows and sighting.ended_at - came[0].until <= PAUSE


def is_crowded(sighting: Sighting) -> bool:
    """Whether most of the events came in bursts after pauses."""
    rest = _after_first(bursts(sighting))
    events = sum(burst.events for burst in rest)
    crowds = [burst for burst in rest if burst.crowded]
    enough = len(crowds) >= _TWO or any(burst.at > PROMPT for burst in crowds)
    return enough and events >= _FEW and sum(burst.events for burst in crowds) >= _MOSTLY * events


def _after_first(came: Sequence[Burst]) -> Sequence[Burst]:
    """What came after the first part, which on time may well be a crowd: history that the server had."""
    return came[1:] if came and came[0].at <= PROMPT else came


def _signs(sighting: Sighting, came: Sequence[Burst], crowds: Sequence[Burst]) -> dict[str, str]:
    signs: dict[str, str] = {}
    apart = sum(burst.events for burst in _after_first(came) if burst.sent_apart)
    if apart and apart * 2 >= sum(burst.events for burst in _after_first(came)):
        signs["sent_apart"] = f"{apart} events came together though their data says that they were sent apart"
    if is_crowded(sighting):
        signs["crowded"] = f"{len(crowds)} bursts of {MANY} and more events, each after a pause"
    if (broken := _pauses_inside(came)) >= _TWO:
        signs["inside"] = f"{broken} pauses began in the middle of an event, where no server pauses"
    if size := _buffer_size([burst for burst in crowds[:-1] if burst is not came[0]]):
        signs["size"] = f"the bursts are about {size // 1024} KB, as buffers are"
    if (wait := _wait(sighting)) > PROMPT and not _explained(sighting, came, wait):
        signs["late"] = f"nothing came in the first {wait:.1f} s (limit {PROMPT:g} s)"
    return signs


def _certainty(signs: set[str]) -> Certainty | None:
    if "sent_apart" in signs:
        return Certainty.CERTAIN
    if "late" in signs or len(signs) >= _TWO:
        return Certainty.LIKELY
    return Certainty.POSSIBLE if signs else None


def _pauses_inside(came: Sequence[Burst]) -> int:
    """How many pauses began inside an event, if most did."""
    paused = [before for before, after in pairwise(came) if after.pause >= PAUSE]
    broken = sum(burst.inside for burst in paused)
    return broken if broken * 2 >= len(paused) else 0


def _buffer_size(whole: Sequence[Burst]) -> int:
    """The usual size of a buffer that most bursts are near to; 0 for none.

    Neither the first one, which the head was a part of, nor the last one, which is what was left over, counts.
    """
    for size in _BUFFERS:
        near = sum(abs(burst.size - size) <= _NEAR * size for burst in whole)
        if near >= _TWO and near >= _MOSTLY * len(whole):
            return size
    return 0


def _wait(sighting: Sighting) -> float:
    """Seconds without any part of the body. A compressor's own header goes out at once, and is none."""
    packed = sighting.head is not None and sighting.head.compression
    told = (read.at for read in sighting.reads if read.events or not packed)
    return min([*told, *sighting.comments], default=sighting.ended_at)


def _explained(sighting: Sighting, came: Sequence[Burst], wait: float) -> bool:
    """Whether a late first part is the stream's own pace, or a slow start, after which nothing is held."""
    open_at_once = sighting.head is not None and sighting.head.at <= PROMPT
    if not came or any(burst.flows for burst in came):
        return open_at_once or bool(came)
    pauses = [burst.pause for burst in came[1:]]
    paced = bool(pauses) and wait <= _PACE_TOLERANCE * median(pauses)
    single = [burst for burst in came if burst.events < MANY]
    one_by_one = len(single) >= _MOSTLY * len(came)
    return one_by_one and (paced or open_at_once or len(single) >= _FEW)
