"""The summary as JUnit XML, which CI systems show test by test.

FAIL is a ``failure``, INVALID an ``error`` (the harness could not tell), SKIPPED is ``skipped``. What makes the
whole session INVALID is an error of a test case of its own, so that no CI shows green for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from ssechaos.report.facts import bounded, details, remarks
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OUTCOMES = {"FAIL": "failure", "INVALID": "error", "SKIPPED": "skipped"}
_SESSION = ("verdict", "seed", "network", "client", "target", "run_id")


def junit_xml(summary: Mapping[str, Any]) -> str:
    """The whole verdict as one ``testsuite`` named ``ssechaos``."""
    reasons = list(remarks(summary))
    counts = summary["counts"]
    suite = ET.Element(
        "testsuite",
        name="ssechaos",
        tests=str(len(summary["scenarios"]) + bool(reasons)),
        failures=str(counts["FAIL"]),
        errors=str(counts["INVALID"] + bool(reasons)),
        skipped=str(counts["SKIPPED"]),
        time=str(summary["wall_seconds"]),
        timestamp=safe(summary["started"]),
    )
    _properties(suite, {name: summary[name] for name in _SESSION})
    for scenario in summary["scenarios"]:
        _scenario(suite, scenario, summary["network"])
    if reasons:
        session = ET.SubElement(suite, "testcase", classname=safe(summary["network"]), name="session")
        ET.SubElement(session, "error", message=safe("; ".join(reasons)))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=False) + "\n"


def _scenario(suite: ET.Element, scenario: Mapping[str, Any], network: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=safe(network),
        name=safe(scenario["name"]),
        time=str(scenario["wall_seconds"]),
    )
    _properties(case, dict(_flat(scenario["measurements"])))
    outcome = _OUTCOMES.get(scenario["verdict"])
    if outcome:
        element = ET.SubElement(case, outcome, message=safe(bounded(scenario["reason"])))
        element.text = "\n".join(f"{detail.label}: {safe(detail.text)}" for detail in details(scenario))


def _properties(parent: ET.Element, values: Mapping[str, Any]) -> None:
    if values:
        properties = ET.SubElement(parent, "properties")
        for name, value in values.items():
            text = value if isinstance(value, str) else json.dumps(value)
            ET.SubElement(properties, "property", name=safe(name), value=safe(text))


def _flat(measurements: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in measurements.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{part}", inner) for part, inner in value.items())
        else:
            yield name, value
