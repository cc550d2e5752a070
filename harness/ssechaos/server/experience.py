"""How streams went for those who read them: what a page's beacon tells, and what a run of the harness measured.

Both are counted under the same names, so that one alert and one dashboard serve both. The names are those of
requirement R14; a rate over a window is made from the counters, never from the gauge.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus_client import Metric

BUCKETS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 30.0, 60.0)
"""Upper bounds of reconnect times in seconds, densest around the target of 5 s."""

_COUNTERS = (
    ("sse_events_delivered", "Events given to the application, duplicates not counted.", "delivered"),
    ("sse_message_loss", "Events that were sent and never delivered.", "lost"),
    ("sse_duplicate_events", "Events delivered to the application again.", "duplicates"),
    ("sse_stall_detections", "Times that a client noticed a silence that was too long.", "stalls"),
    ("sse_user_visible_errors", "Notices and errors shown to users.", "visible_errors"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What the readers of one stream, or of several together, met with.

    Attributes:
        delivered: Events given to the application, each counted once.
        lost: Events that were sent and never delivered.
        duplicates: Events delivered again.
        reconnect_seconds: For each interruption, how long it took until the stream went on.
        stalls: Silences that the client noticed.
        visible_errors: Notices and errors shown.
    """

    delivered: int = 0
    lost: int = 0
    duplicates: int = 0
    reconnect_seconds: tuple[float, ...] = ()
    stalls: int = 0
    visible_errors: int = 0


class Totals:
    """Sums of experiences, in memory that does not grow with their number."""

    def __init__(self, *experiences: Experience) -> None:
        self._sums = dict.fromkeys((field for _, _, field in _COUNTERS), 0)
        self._seconds = 0.0
        self._in_bucket = [0] * (len(BUCKETS) + 1)
        for experience in experiences:
            self.add(experience)

    def add(self, experience: Experience) -> None:
        """Count one more."""
        for field in self._sums:
            self._sums[field] += getattr(experience, field)
        for seconds in experience.reconnect_seconds:
            self._seconds += seconds
            self._in_bucket[bisect_left(BUCKETS, seconds)] += 1

    def __getitem__(self, field: str) -> int:
        return self._sums[field]

    def histogram(self, unit: int) -> tuple[list[tuple[str, float]], float]:
        """Cumulative buckets and the sum of all times, in units of which a second has ``unit``."""
        bounds = [*(f"{bound * unit:g}" for bound in BUCKETS), "+Inf"]
        return list(zip(bounds, accumulate(self._in_bucket), strict=True)), self._seconds * unit


def experience_families(rows: Sequence[tuple[Mapping[str, str], Totals]]) -> Iterator[Metric]:
    """The metrics of all rows, each with its labels; the rows have the same names of labels."""
    names = list(rows[0][0]) if rows else []
    for name, meaning, field in _COUNTERS:
        family = CounterMetricFamily(name, meaning, labels=names)
        for labels, totals in rows:
            family.add_metric(list(labels.values()), totals[field])
        yield family
    for word, unit in (("seconds", 1), ("ms", 1000)):
        meaning = f"From the loss of a connection until its stream went on ({word})."
        times = HistogramMetricFamily(f"sse_reconnect_time_{word}", meaning, labels=names)
        for labels, totals in rows:
            times.add_metric(list(labels.values()), *totals.histogram(unit))
        yield times
