"""The alerts: their unit tests pass, and would not if a threshold, a duration or a guard were another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ALERTS = {
    "SSECompletionLow": ("critical", "5m"),
    "SSEReconnectSlow": ("high", "10m"),
    "SSEMessageLoss": ("critical", "0m"),
    "SSEDuplicatesHigh": ("medium", "5m"),
    "SSEErrorRateHigh": ("high", "5m"),
}
THRESHOLD = re.compile(r"(?<=[<>] )[\d.]+$", re.MULTILINE)
DURATION = re.compile(r"(?<=for: )\d+(?=m)")
OBJECTIVE = re.compile(r"(?<=\} == )0$", re.MULTILINE)
RULE = re.compile(r"^ {6}- alert: (\w+)\n(?: {8}.*\n)+", re.MULTILINE)
UNIT_TEST = re.compile(r"^  - name: .*\n(?: {4}.*\n)+", re.MULTILINE)


def changed(
    alerts: str, pattern: re.Pattern[str], number: int, change: Callable[[float], float]
) -> tuple[str, str]:
    """The alerts with one of the values that a pattern finds changed, and the name of the alert that has it."""
    place = list(pattern.finditer(alerts))[number]
    name = next(rule[1] for rule in RULE.finditer(alerts) if place.end() <= rule.end())
    return f"{alerts[: place.start()]}{change(float(place[0])):g}{alerts[place.end() :]}", name


def rules_of(name: str, alerts: str) -> str:
    return RULE.sub(lambda rule: rule[0] if rule[1] == name else "", alerts)


def unit_tests_of(name: str, tests: str) -> str:
    """Those that ask for this alert; ``none_fires`` asks for every one."""
    return UNIT_TEST.sub(
        lambda test: test[0] if f"alertname: {name}" in test[0] or "*none_fires" in test[0] else "", tests
    )


@pytest.fixture
def unit_tests(monitoring: Path, tmp_path: Path, promtool: Any) -> Callable[..., bool]:
    """Whether the unit tests pass with these alerts; that they can be run at all is asserted.

    With a name it is about this alert alone: its rules and its unit tests, which takes a fifth of the time.
    """

    def passed(alerts: str, name: str = "") -> bool:
        tests = (monitoring / "alerts_test.yml").read_text(encoding="utf-8")
        for file, text in {
            "alerts.yml": rules_of(name, alerts) if name else alerts,
            "alerts_test.yml": unit_tests_of(name, tests) if name else tests,
        }.items():
            (tmp_path / file).write_text(text, encoding="utf-8")
        done = promtool("test", "rules", "alerts_test.yml", within=tmp_path)
        assert done.returncode == 0 or "got:" in done.stderr, done.stderr
        return bool(done.returncode == 0)

    return passed


def test_prometheus_takes_the_configuration(monitoring: Path, promtool: Any) -> None:
    done = promtool("check", "config", "prometheus.yml", within=monitoring)
    assert done.returncode == 0, done.stderr
    assert "10 rules found" in done.stdout


def test_the_unit_tests_pass(unit_tests: Any, alerts: str) -> None:
    assert unit_tests(alerts)


@pytest.mark.parametrize("name", ALERTS)
def test_those_of_one_alert_pass_by_themselves(unit_tests: Any, alerts: str, name: str) -> None:
    assert unit_tests(alerts, name)


def test_every_value_is_tried(alerts: str) -> None:
    assert [len(pattern.findall(alerts)) for pattern in (THRESHOLD, DURATION, OBJECTIVE)] == [10, 10, 4]


@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("sign", [-1, 1], ids=["lower", "higher"])
def test_another_threshold_is_noticed(unit_tests: Any, alerts: str, number: int, sign: int) -> None:
    other = changed(alerts, THRESHOLD, number, lambda value: value * (1 + 0.08 * sign) if value else 2 * sign)
    assert not unit_tests(*other)


@pytest.mark.parametrize("number", range(10))
def test_a_longer_wait_is_noticed(unit_tests: Any, alerts: str, number: int) -> None:
    assert not unit_tests(*changed(alerts, DURATION, number, lambda minutes: minutes + 1))


@pytest.mark.parametrize("number", range(10))
def test_a_shorter_wait_is_noticed(unit_tests: Any, alerts: str, number: int) -> None:
    other, name = changed(alerts, DURATION, number, lambda minutes: max(0, minutes - 1))
    assert other == alerts or not unit_tests(other, name)


@pytest.mark.parametrize("number", range(4))
def test_an_objective_that_no_longer_counts_is_noticed(unit_tests: Any, alerts: str, number: int) -> None:
    assert not unit_tests(*changed(alerts, OBJECTIVE, number, lambda _: 1))


def test_they_are_those_that_were_asked_for(alerts: str) -> None:
    rules = alerts.split("- alert: ")[1:]
    found = {
        rule.split()[0]: (re.search(r"severity: (\w+)", rule)[1], re.search(r"for: (\w+)", rule)[1])  # type: ignore[index]
        for rule in rules
    }
    assert found == ALERTS
    assert all(rule.count("summary:") == rule.count("description:") == 1 for rule in rules)


def test_every_division_is_by_something_above_zero(expressions: list[str]) -> None:
    divisions = [line for text in expressions for line in text.splitlines() if "/ " in line]
    assert len(divisions) == 7
    assert all(line.strip().startswith("/ (") and line.endswith(" > 0)") for line in divisions)


def test_every_alert_has_its_runbook(monitoring: Path, alerts: str) -> None:
    for rule in alerts.split("- alert: ")[1:]:
        link = re.search(r"runbook_url: (\S+)", rule)
        assert link is not None
        assert link[1] == f"docs/runbooks/{rule.split()[0]}.md"
        assert (monitoring.parent / link[1]).is_file()
