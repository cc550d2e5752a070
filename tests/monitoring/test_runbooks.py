"""The runbooks: what they name is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from promql import metrics

from ssechaos.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

SECTIONS = ["Impact", "First checks", "Likely causes", "When to escalate"]


@pytest.fixture(scope="module")
def runbooks(monitoring: Path) -> dict[str, str]:
    folder = monitoring.parent / "docs" / "runbooks"
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("SSE*.md")}


def test_there_is_one_for_each_alert_and_no_other(runbooks: dict[str, str], alerts: str) -> None:
    assert set(runbooks) == set(re.findall(r"- alert: (\w+)", alerts))


def test_each_has_the_same_parts(runbooks: dict[str, str]) -> None:
    for name, text in runbooks.items():
        assert text.startswith(f"# {name}\n")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == SECTIONS, name


def test_their_queries_ask_for_what_is_exported(runbooks: dict[str, str], exported: dict[str, set[str]]) -> None:
    for name, text in runbooks.items():
        queries = [code for code in re.findall(r"`([^`]+)`", text) if "sse_" in code]
        assert queries, name
        for query in queries:
            assert metrics(query) <= set(exported), f"{name}: {query}"


def test_their_scenarios_exist(runbooks: dict[str, str]) -> None:
    known = set(catalogue())
    for name, text in runbooks.items():
        commands = re.findall(r"`ssechaos run ([^`]+)`", text)
        assert len(commands) >= 5, name
        for command in commands:
            named = re.split(r" --", command)[0].split()
            assert set(named) <= known | {"--target", "URL"}, f"{name}: {command}"


def test_their_severity_is_that_of_the_alert(runbooks: dict[str, str], alerts: str) -> None:
    for rule in alerts.split("- alert: ")[1:]:
        severity = re.search(r"severity: (\w+)", rule)
        assert severity is not None
        assert f"\n**{severity[1].capitalize()}" in runbooks[rule.split()[0]]
