"""The summary as metrics of one run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client.parser import text_string_to_metric_families

from ssechaos.model import ObjectiveResult, Verdict
from ssechaos.report.prometheus import prometheus_text

if TYPE_CHECKING:
    from collections.abc import Callable

Samples = dict[str, list[tuple[dict[str, str], float]]]


def samples(summary: dict[str, Any]) -> Samples:
    found: Samples = {}
    for family in text_string_to_metric_families(prometheus_text(summary)):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def test_every_measurement_says_what_it_was_made_with(run: Callable[..., Any], summary: Any) -> None:
    found = samples(summary(run("handoff", lost=3)))
    labels = {"scenario": "handoff", "network": "embedded", "client": "reference", "target": "reference"}
    assert found["sse_message_loss_total"] == [(labels, 3)]
    assert found["sse_stream_completion_rate"] == [(labels, 1)]


def test_the_verdict_is_a_label_with_value_one(run: Callable[..., Any], summary: Any) -> None:
    found = samples(summary(run("a"), run("b", Verdict.FAIL, "lost"), run("c", Verdict.SKIPPED, "no")))
    assert [(labels["scenario"], labels["verdict"]) for labels, _ in found["sse_scenario_verdict"]] == [
        ("a", "PASS"),
        ("b", "FAIL"),
        ("c", "SKIPPED"),
    ]
    assert {labels["scenario"] for labels, _ in found["sse_message_loss_total"]} == {"a", "b"}


def test_an_objective_is_met_or_not(run: Callable[..., Any], summary: Any) -> None:
    results = (ObjectiveResult("lost", "<= 0", 3, ok=False), ObjectiveResult("duplicates", "<= 0", 0, ok=True))
    found = samples(summary(run("a", Verdict.FAIL, "lost", objectives=results)))
    assert {labels["objective"]: met for labels, met in found["sse_objective_met"]} == {"lost": 0, "duplicates": 1}


def test_a_run_that_showed_nothing_accuses_nobody(run: Callable[..., Any], summary: Any) -> None:
    missed = (ObjectiveResult("lost", "<= 0", 3, ok=False),)
    assert "sse_objective_met" not in samples(summary(run("a", Verdict.INVALID, "starved", objectives=missed)))


def test_events_and_streams_are_those_of_all_clients(run: Callable[..., Any], summary: Any) -> None:
    found = samples(summary(run("storm", clients=100, delivered=29.5)))
    assert found["sse_events_delivered_total"][0][1] == 2950
    assert found["sse_concurrent_streams"][0][1] == 100


def test_recovery_times_are_reconnect_times_in_both_units(run: Callable[..., Any], summary: Any) -> None:
    found = samples(summary(run(recovery_seconds=[0.8, 1.2])))
    assert found["sse_reconnect_time_seconds_sum"][0][1] == 2.0
    assert found["sse_reconnect_time_ms_sum"][0][1] == 2000.0
    assert {labels["le"]: count for labels, count in found["sse_reconnect_time_ms_bucket"]}["1000"] == 1


def test_when_the_run_began_is_a_unix_time(run: Callable[..., Any], summary: Any) -> None:
    assert samples(summary(run()))["sse_run_started_seconds"][0][1] == 1735689600.0


def test_a_session_that_was_killed_has_no_beginning(run: Callable[..., Any], summary: Any) -> None:
    assert "sse_run_started_seconds" not in samples(summary(run(), started=""))


def test_names_of_users_are_made_safe(run: Callable[..., Any], summary: Any) -> None:
    text = prometheus_text(summary(run('a"b\\c\n\x1b[31m\ud800')))
    assert "\x1b" not in text
    assert text.encode()
    labels, _ = samples(summary(run('a"b')))["sse_message_loss_total"][0]
    assert labels["scenario"] == 'a"b'


def test_what_was_not_measured_is_not_shown(run: Callable[..., Any], summary: Any) -> None:
    assert "sse_stream_completion_rate" not in samples(summary(run(completion_rate=None)))
