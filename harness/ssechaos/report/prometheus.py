"""The summary as ``metrics.prom``: Prometheus' text format, for node_exporter's textfile collector.

The values are those of one run and stay until the next one replaces them, so a rule on them looks at the values,
not at their growth. The label ``scenario`` keeps them apart from what live servers export.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ssechaos.report.safe import safe
from ssechaos.server.experience import Experience, Totals, experience_families

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prometheus_client import Metric

_LABELS = ("scenario", "network", "client", "target")


def prometheus_text(summary: Mapping[str, Any]) -> str:
    """The measurements of every scenario, its verdict and whether each of its objectives was met."""
    registry = CollectorRegistry()
    registry.register(_SummaryMetrics(summary))
    return generate_latest(registry).decode()


class _SummaryMetrics(Collector):
    def __init__(self, summary: Mapping[str, Any]) -> None:
        self._summary = summary
        self._session = [safe(str(summary[name])) for name in _LABELS[1:]]
        self._measured = [scenario for scenario in summary["scenarios"] if scenario["measurements"]]

    def collect(self) -> Iterator[Metric]:
        """Every metric of the summary."""
        yield from self._when()
        yield self._verdicts()
        yield self._objectives()
        yield self._gauge(
            "sse_stream_completion_rate", "Share of the events sent that arrived.", "completion_rate"
        )
        yield self._gauge("sse_concurrent_streams", "Clients that read at the same time.", "clients")
        yield from experience_families(
            [(self._labels(scenario), _totals(scenario)) for scenario in self._measured]
        )

    def _labels(self, scenario: Mapping[str, Any]) -> dict[str, str]:
        return dict(zip(_LABELS, (safe(scenario["name"]), *self._session), strict=True))

    def _when(self) -> Iterator[Metric]:
        if self._summary["started"]:
            began = GaugeMetricFamily(
                "sse_run_started_seconds", "When the run began, Unix time.", labels=_LABELS[1:]
            )
            began.add_metric(self._session, datetime.fromisoformat(self._summary["started"]).timestamp())
            yield began

    def _verdicts(self) -> Metric:
        family = GaugeMetricFamily("sse_scenario_verdict", "1 for the verdict.", labels=[*_LABELS, "verdict"])
        for scenario in self._summary["scenarios"]:
            family.add_metric([*self._labels(scenario).values(), scenario["verdict"]], 1)
        return family

    def _objectives(self) -> Metric:
        family = GaugeMetricFamily(
            "sse_objective_met", "1 when the scenario kept the limit, 0 when not.", labels=[*_LABELS, "objective"]
        )
        for scenario in self._measured:
            # A run that showed nothing accuses nobody, so that no alert comes of a busy machine.
            for objective in scenario["objectives"] if scenario["verdict"] != "INVALID" else ():
                family.add_metric([*self._labels(scenario).values(), objective["name"]], objective["ok"])
        return family

    def _gauge(self, name: str, meaning: str, measurement: str) -> Metric:
        family = GaugeMetricFamily(name, meaning, labels=_LABELS)
        for scenario in self._measured:
            value = scenario["measurements"].get(measurement)
            if value is not None:
                family.add_metric(list(self._labels(scenario).values()), value)
        return family


def _totals(scenario: Mapping[str, Any]) -> Totals:
    """What all clients of the scenario met with, together."""
    measured = scenario["measurements"]
    return Totals(
        Experience(
            delivered=round((measured.get("delivered") or 0) * measured.get("clients", 1)),
            lost=measured.get("lost") or 0,
            duplicates=measured.get("duplicates") or 0,
            reconnect_seconds=tuple(measured.get("recovery_seconds") or ()),
            stalls=measured.get("stalls_detected") or 0,
            visible_errors=measured.get("user_visible_errors") or 0,
        )
    )
