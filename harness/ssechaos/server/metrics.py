"""Counters of the server in Prometheus' text format (version 0.0.4), taken from what the ledger is told."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.server.ledger import Ledger

_OK = 200


class Metrics:
    """A ledger that counts, and passes every fact on to ``ledger``."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._requests: Counter[int] = Counter()
        self._sent: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()

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

    def render(self) -> str:
        """All counters as one page."""
        return "\n".join([*self._lines(), ""])

    def _lines(self) -> Iterator[str]:
        opened = self._requests[_OK]
        yield "# HELP sse_concurrent_streams Connections that are being streamed to."
        yield "# TYPE sse_concurrent_streams gauge"
        yield f"sse_concurrent_streams {opened - self._dropped.total()}"
        yield "# HELP sse_connections_total Connections that were ever streamed to."
        yield "# TYPE sse_connections_total counter"
        yield f"sse_connections_total {opened}"
        yield from _family("sse_requests_total", "Requests for streams by answer.", "status", self._requests)
        yield from _family("sse_events_sent_total", "Events handed to connections.", "event", self._sent)
        yield from _family("sse_connections_ended_total", "Why connections ended.", "reason", self._dropped)


def _family(name: str, meaning: str, label: str, values: Counter[str] | Counter[int]) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} counter"
    for value, count in sorted(values.items()):
        yield f'{name}{{{label}="{value}"}} {count}'
