"""What the server exports to Prometheus."""

from __future__ import annotations

import re
from typing import Any

from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from ssechaos.server.beacon import Beacon
from ssechaos.server.experience import Experience
from ssechaos.server.ledger import NoLedger
from ssechaos.server.metrics import Metrics

REQUIRED = (
    "sse_stream_completion_rate",
    "sse_reconnect_time_ms",
    "sse_reconnect_time_seconds",
    "sse_message_loss_total",
    "sse_duplicate_events_total",
    "sse_stall_detections_total",
    "sse_user_visible_errors_total",
    "sse_concurrent_streams",
)


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
        "sse_concurrent_streams 1.0",
        "sse_connections_total 2.0",
        'sse_requests_total{status="200"} 2.0',
        'sse_requests_total{status="429"} 1.0',
        'sse_events_sent_total{event="content_chunk"} 2.0',
        'sse_events_sent_total{event="heartbeat"} 1.0',
        'sse_connections_ended_total{reason="client_gone"} 1.0',
    } <= lines


def test_every_beacon_is_counted_and_its_completion_is_a_rate() -> None:
    metrics = counted()
    for completed in (True, True, False, True):
        metrics.told(Beacon(completed, Experience(lost=1)))
        metrics.answered(204)
    metrics.answered(400)
    assert {
        "sse_streams_ended_total 4.0",
        "sse_streams_completed_total 3.0",
        "sse_stream_completion_rate 0.75",
        "sse_message_loss_total 4.0",
        'sse_beacons_total{status="204"} 4.0',
        'sse_beacons_total{status="400"} 1.0',
    } <= set(metrics.render().splitlines())


def test_all_required_names_are_there_from_the_start() -> None:
    families = set(re.findall(r"^# TYPE (\w+) ", Metrics(NoLedger()).render(), flags=re.MULTILINE))
    assert families >= set(REQUIRED)


def test_a_rate_of_nothing_has_no_value() -> None:
    assert "\nsse_stream_completion_rate " not in Metrics(NoLedger()).render()


def test_what_may_happen_first_is_counted_from_zero() -> None:
    text = Metrics(NoLedger()).render()
    assert 'sse_requests_total{status="503"} 0.0' in text
    assert 'sse_connections_ended_total{reason="internal_error"} 0.0' in text
    assert "sse_message_loss_total 0.0" in text


def test_the_text_is_what_prometheus_reads() -> None:
    samples = [
        sample for family in text_string_to_metric_families(counted().render()) for sample in family.samples
    ]
    assert {"sse_requests_total", "sse_reconnect_time_ms_bucket"} <= {sample.name for sample in samples}
    assert not any(sample.name.endswith("_created") for sample in samples)


def test_a_server_without_visitors_counts_nothing() -> None:
    assert "sse_concurrent_streams 0.0" in Metrics(NoLedger()).render()


def test_servers_share_nothing() -> None:
    counted()
    assert "sse_connections_total 0.0" in Metrics(NoLedger()).render()
    assert not any(family.name.startswith("sse_") for family in REGISTRY.collect())


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
