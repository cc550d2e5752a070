"""The counters, and their text format."""

from __future__ import annotations

import re
from typing import Any

from ssechaos.server.ledger import NoLedger
from ssechaos.server.metrics import Metrics


def counted() -> Metrics:
    metrics = Metrics(NoLedger())
    metrics.requested(1, "p", None, 200)
    metrics.requested(2, "p", None, 200)
    metrics.requested(3, "p", None, 429)
    metrics.emitted(1, "content_chunk", "x")
    metrics.sent(1, 1, "content_chunk", "x", replayed=False)
    metrics.sent(2, 1, "content_chunk", "x", replayed=True)
    metrics.sent(2, None, "heartbeat", "x", replayed=False)
    metrics.dropped(1, "client_gone")
    return metrics


def test_every_fact_is_counted() -> None:
    lines = set(counted().render().splitlines())
    assert {
        "sse_concurrent_streams 1",
        "sse_connections_total 2",
        'sse_requests_total{status="200"} 2',
        'sse_requests_total{status="429"} 1',
        'sse_events_sent_total{event="content_chunk"} 2',
        'sse_events_sent_total{event="heartbeat"} 1',
        'sse_connections_ended_total{reason="client_gone"} 1',
    } <= lines


def test_every_family_has_its_help_and_type_first() -> None:
    text = counted().render()
    assert text.endswith("\n")
    for name in re.findall(r"^(\w+)[ {]", text, flags=re.MULTILINE):
        head = text[: text.index(f"\n{name}")]
        assert f"# HELP {name} " in head
        assert f"# TYPE {name} " in head


def test_a_server_without_visitors_counts_nothing() -> None:
    assert "sse_concurrent_streams 0" in Metrics(NoLedger()).render()


def test_every_fact_is_passed_on(notes: Any) -> None:
    metrics = Metrics(notes)
    metrics.requested(1, "127.0.0.1:5", "7", 200)
    metrics.emitted(1, "content_chunk", "x")
    metrics.sent(1, 1, "content_chunk", "x", replayed=True)
    metrics.dropped(1, "complete")
    assert notes.requests == [(1, "7", 200)]
    assert notes.emitted_data == {1: "x"}
    assert notes.sent_events == [(1, 1, "content_chunk", True)]
    assert notes.ends == [(1, "complete")]
