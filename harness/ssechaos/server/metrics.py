"""What the server exports to Prometheus: its own counters, taken from what the ledger is told, and beacons.

The figures are kept as plain numbers and become metrics when somebody asks: a run in virtual time sends a hundred
thousand events, and pays for a metric only if it is read. Each server has a registry of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from ssechaos.server.experience import Totals, experience_families

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from ssechaos.server.beacon import Beacon
    from ssechaos.server.ledger import Ledger

_OK = 200
_STATUSES = (_OK, 400, 429, 503)
_REASONS = ("complete", "client_gone", "slow_consumer", "shutdown", "crash", "internal_error")
"""Counted from 0 on: Prometheus takes a series that is new for no increase, and would miss the first of each."""


class Metrics(Collector):
    """A ledger that counts, and passes every fact on to ``ledger``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._requests: Counter[int] = Counter(dict.fromkeys(_STATUSES, 0))
        self._sent: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter(dict.fromkeys(_REASONS, 0))
        self._beacons: Counter[int] = Counter()
        self._completed = {True: 0, False: 0}
        self._experienced = Totals()

    def emitted(self, sequence: int, event: str, data: str) -> None:
        """Pass it on: what counts for a reader is what is sent."""
        self._ledger.emitted(sequence, event, data)

    def requested(self, connection: int, peer: str, last_event_id: str | None, status: int) -> None:
        """Count the answer by its status."""
        self._requests[status] += 1
        self._ledger.requested(connection, peer, last_event_id, status)

    def sent(self, connection: int, sequence: int | None, event: str, data: str, *, replayed: bool) -> None:
        """Count the event by its type."""
        self._sent[event] += 1
        self._ledger.sent(connection, sequence, event, data, replayed=replayed)

    def dropped(self, connection: int, reason: str) -> None:
        """Count the end by its reason."""
        self._dropped[reason] += 1
        self._ledger.dropped(connection, reason)

    def told(self, beacon: Beacon) -> None:
        """Count what a page says of its stream."""
        self._completed[beacon.completed] += 1
        self._experienced.add(beacon.experience)

    def answered(self, status: int) -> None:
        """Count an answer to a beacon by its status."""
        self._beacons[status] += 1

    def render(self) -> str:
        """All of it in Prometheus' text format, version 0.0.4."""
        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry).decode()

    def collect(self) -> Iterator[Metric]:
        """Every metric, as it is now."""
        opened = self._requests[_OK]
        yield GaugeMetricFamily(
            "sse_concurrent_streams", "Connections that are being streamed to.", opened - self._dropped.total()
        )
        yield CounterMetricFamily("sse_connections", "Connections that were ever streamed to.", opened)
        yield _by("sse_requests", "Requests for streams by answer.", "status", self._requests)
        yield _by("sse_events_sent", "Events handed to connections.", "event", self._sent)
        yield _by("sse_connections_ended", "Why connections ended.", "reason", self._dropped)
        yield _by("sse_beacons", "Beacons of pages by answer.", "status", self._beacons)
        yield from self._completion()
        yield from experience_families([({}, self._experienced)])

    def _completion(self) -> Iterator[Metric]:
        ended, completed = sum(self._completed.values()), self._completed[True]
        yield CounterMetricFamily("sse_streams_ended", "Streams that are over, by their beacon.", ended)
        yield CounterMetricFamily("sse_streams_completed", "Streams that were complete at their end.", completed)
        rate = GaugeMetricFamily("sse_stream_completion_rate", "Share of streams that ended complete, 0 to 1.")
        if ended:
            rate.add_metric([], completed / ended)
        yield rate


def _by(name: str, meaning: str, label: str, values: Counter[str] | Counter[int]) -> Metric:
    family = CounterMetricFamily(name, meaning, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([str(value)], count)
    return family
