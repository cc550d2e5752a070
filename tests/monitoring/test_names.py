"""Every name that an alert or a panel asks for is one that a server or a run exports."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from promql import labels, metrics

if TYPE_CHECKING:
    from pathlib import Path

OF_PROMETHEUS = {"ALERTS"}
GIVEN_LABELS = {"job", "instance", "alertname", "alertstate"}
"""Those that Prometheus adds."""
REQUIRED = {
    "sse_stream_completion_rate",
    "sse_reconnect_time_ms_bucket",
    "sse_reconnect_time_seconds_sum",
    "sse_message_loss_total",
    "sse_duplicate_events_total",
    "sse_stall_detections_total",
    "sse_user_visible_errors_total",
    "sse_concurrent_streams",
}


@pytest.fixture(scope="session")
def dashboard(monitoring: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((monitoring / "grafana" / "dashboard.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="session")
def queries(dashboard: dict[str, Any]) -> list[str]:
    """Of all panels and annotations, with the variables filled in."""
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    found += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    assert len(found) >= 20
    return [query.replace("$job", ".+").replace("$__rate_interval", "1m") for query in found]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up == 0", {"up"}),
        ('sum by (le) (rate(a_bucket{b="c", d!~"e"}[5m])) / (f > 0)', {"a_bucket", "f"}),
        ("a and on (job, x) b == 0 or vector(0)", {"a", "b"}),
        ("time() - max(a) * 60.5 > 1e3", {"a"}),
        ("histogram_quantile(0.95, sum by (le) (rate(a[1h])))", {"a"}),
    ],
)
def test_names_are_found_in_expressions(expression: str, names: set[str]) -> None:
    assert metrics(expression) == names


def test_labels_are_found_in_expressions() -> None:
    assert labels('sum by (le) (a{b="c", d!~"e"} + f{g!=""})') == {"b", "d", "g"}


def test_alerts_ask_for_what_is_exported(expressions: list[str], exported: dict[str, set[str]]) -> None:
    for expression in expressions:
        assert metrics(expression)
        assert metrics(expression) <= set(exported), expression
        assert labels(expression) <= set().union(GIVEN_LABELS, *exported.values()), expression


def test_panels_ask_for_what_is_exported(queries: list[str], exported: dict[str, set[str]]) -> None:
    for query in queries:
        assert metrics(query)
        assert metrics(query) <= set(exported) | OF_PROMETHEUS, query
        assert labels(query) <= set().union(GIVEN_LABELS, *exported.values()), query


def test_every_required_metric_is_on_the_dashboard(queries: list[str]) -> None:
    assert set().union(*map(metrics, queries)) >= REQUIRED


def test_every_query_is_one_that_prometheus_understands(queries: list[str], tmp_path: Path, promtool: Any) -> None:
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    text = json.dumps({"groups": [{"name": "queries", "rules": rules}]})  # JSON is YAML, too
    (tmp_path / "queries.yml").write_text(text, encoding="utf-8")
    done = promtool("check", "rules", "queries.yml", within=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_dashboard_is_one_that_grafana_can_load(dashboard: dict[str, Any]) -> None:
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["title"] and panel["type"] for panel in panels)
    assert "datasource" in {variable["name"] for variable in dashboard["templating"]["list"]}
    source = {"type": "prometheus", "uid": "${datasource}"}
    shown = [panel for panel in panels if panel["type"] != "row"]
    assert all(panel["datasource"] == source and panel["description"] for panel in shown)
    assert all(target["datasource"] == source for panel in shown for target in panel["targets"])


def test_no_two_panels_lie_on_each_other(dashboard: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


def test_grafana_finds_its_dashboard_where_it_is_told_to_look(monitoring: Path) -> None:
    provider = (monitoring / "grafana/provisioning/dashboards/ssechaos.yml").read_text(encoding="utf-8")
    compose = (monitoring.parent / "docker-compose.yml").read_text(encoding="utf-8")
    folder = re.search(r"path: (\S+)", provider)
    assert folder is not None
    assert f"./monitoring/grafana/dashboard.json:{folder[1]}/dashboard.json:ro" in compose
    assert "./monitoring/grafana/provisioning:/etc/grafana/provisioning:ro" in compose
