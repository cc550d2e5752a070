"""What a load has shown: all its streams as one document of figures. No I/O."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from ssechaos.checkers.recovery import summarize
from ssechaos.load.delay import behind_pace, behind_stamps, intervals
from ssechaos.load.stream import Fate
from ssechaos.probe.request import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ssechaos.load.plan import Plan
    from ssechaos.load.stream import Stream

SCHEMA = 1
_MOST_BROKEN = 50
"""Broken streams that are listed one by one; all are counted."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """All streams of a load that is over."""

    plan: Plan
    streams: Sequence[Stream]
    seconds: float
    """From the first request to the end."""
    lag: float
    """Most seconds that this process was late itself: delays of that size may be its own."""

    @property
    def exit_code(self) -> int:
        """0: every stream is intact; 1: some broke; 3: none could be opened."""
        if all(stream.intact for stream in self.streams):
            return 0
        return 1 if any(stream.opened_after is not None for stream in self.streams) else 3

    def document(self) -> dict[str, Any]:
        """Everything as JSON values; times in seconds, sizes in bytes."""
        events = sum(stream.events for stream in self.streams)
        return {
            "schema": SCHEMA,
            "url": shown(self.plan.url),
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 3),
            "lag_seconds": round(self.lag, 6),
            "streams": self._counts(),
            "opened_seconds": _summary(_known(stream.opened_after for stream in self.streams)),
            "first_event_seconds": _summary(_known(stream.first_after for stream in self.streams)),
            "events": events,
            "events_per_second": round(events / self.seconds, 1),
            "bytes": sum(stream.bytes for stream in self.streams),
            "missing": sum(stream.missing for stream in self.streams),
            "repeated": sum(stream.repeated for stream in self.streams),
            "interval_seconds": _summary(chain.from_iterable(intervals(stream.times) for stream in self.streams)),
            "delay_seconds": self._delays(),
            "broken": self._broken(),
        }

    def _counts(self) -> dict[str, int]:
        fates = Counter(stream.fate for stream in self.streams)
        return {
            "wanted": len(self.streams),
            "opened": sum(stream.opened_after is not None for stream in self.streams),
            "intact": sum(stream.intact for stream in self.streams),
            **{fate.value.replace(" ", "_"): fates[fate] for fate in Fate},
        }

    def _delays(self) -> dict[str, Any]:
        """By the server's own times of sending, where all streams have them."""
        timed = [stream for stream in self.streams if stream.times]
        if timed and all(len(stream.stamps) == len(stream.times) for stream in timed):
            late = chain.from_iterable(behind_stamps(stream.times, stream.stamps) for stream in timed)
            return {"behind": "the times of sending in the events", **_summary(late)}
        late = chain.from_iterable(behind_pace(stream.times) for stream in timed)
        return {"behind": "an even pace", **_summary(late)}

    def _broken(self) -> list[dict[str, Any]]:
        broken = [(number, stream) for number, stream in enumerate(self.streams, 1) if not stream.intact]
        return [
            {
                "stream": number,
                "fate": stream.fate.value if stream.fate else "",
                "trouble": stream.trouble,
                "events": stream.events,
                "missing": stream.missing,
                "repeated": stream.repeated,
            }
            for number, stream in broken[:_MOST_BROKEN]
        ]


def _summary(seconds: Iterable[float]) -> dict[str, float | None]:
    summary = summarize(list(seconds))
    return {name: None if value is None else round(value, 6) for name, value in summary.items()}


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]
