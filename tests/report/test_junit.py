from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.model import Finding, Verdict
from ssechaos.report import junit_xml
from ssechaos.report.safe import safe


def parsed(summary: dict[str, Any]) -> ET.Element:
    return ET.fromstring(junit_xml(summary))  # noqa: S314 - our own output


def attributes(element: ET.Element | None) -> dict[str, str]:
    assert element is not None
    return element.attrib


def test_the_suite_counts_what_happened(run: Any, summary: Any) -> None:
    runs = (
        run(),
        run("b", Verdict.FAIL),
        run("c", Verdict.INVALID),
        run("d", Verdict.SKIPPED),
        run("e", Verdict.SKIPPED),
    )
    suite = parsed(summary(*runs, wall_seconds=33.4))
    assert suite.tag == "testsuite"
    assert suite.attrib == {
        "name": "ssechaos",
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "2",
        "time": "33.4",
        "timestamp": "2025-01-01T00:00:00Z",
    }


def test_the_suite_says_how_it_was_played(run: Any, summary: Any) -> None:
    properties = {
        p.attrib["name"]: p.attrib["value"] for p in parsed(summary(run())).findall("properties/property")
    }
    assert properties["verdict"] == "PASS"
    assert properties["seed"] == "7"
    assert properties["network"] == "embedded"


def test_a_scenario_is_a_test_case_of_its_network(run: Any, summary: Any) -> None:
    case = parsed(summary(run("handoff"))).find("testcase")
    assert attributes(case) == {"classname": "embedded", "name": "handoff", "time": "12.1"}


@pytest.mark.parametrize(("verdict", "tag"), [("FAIL", "failure"), ("INVALID", "error"), ("SKIPPED", "skipped")])
def test_each_verdict_has_its_element_with_the_reason(verdict: str, tag: str, run: Any, summary: Any) -> None:
    suite = parsed(summary(run("good"), run("x", Verdict(verdict), "the reason")))
    outcome = suite.find(f"testcase[@name='x']/{tag}")
    assert attributes(outcome) == {"message": "the reason"}
    assert outcome is not None
    assert (outcome.text or "").startswith("reason: the reason")
    good = suite.find("testcase[@name='good']")
    assert good is not None
    assert [child.tag for child in good] == ["properties"]


def test_the_command_that_repeats_a_failure_is_in_its_text(run: Any, summary: Any) -> None:
    text = parsed(summary(run("handoff", Verdict.FAIL))).findtext("testcase/failure") or ""
    assert text.splitlines()[-1] == "repeat: ssechaos run handoff --network embedded --seed 7"


def test_measurements_are_properties(run: Any, summary: Any) -> None:
    case = parsed(summary(run(detection_seconds=[1.0, 2.5]))).find("testcase")
    assert case is not None
    properties = {p.attrib["name"]: p.attrib["value"] for p in case.findall("properties/property")}
    assert properties["delivered"] == "50"
    assert properties["recovery.p95"] == "0.8"
    assert properties["recovery.p99"] == "null"
    assert properties["detection_seconds"] == "[1.0, 2.5]"


@pytest.mark.parametrize("case", ["interrupted", "nothing played", "bad baseline"])
def test_a_session_that_is_invalid_as_a_whole_is_never_all_green(case: str, run: Any, summary: Any) -> None:
    sessions = {
        "interrupted": lambda: summary(run(), interrupted=True),
        "nothing played": summary,
        "bad baseline": lambda: summary(run(), baseline=run("baseline", Verdict.INVALID, "refused")),
    }
    suite = parsed(sessions[case]())
    assert suite.find("testcase[@name='session']/error") is not None
    assert suite.attrib["errors"] == "1"
    assert suite.attrib["tests"] == str(len(suite.findall("testcase")))


@given(text=st.text(st.characters() | st.sampled_from("<>&'\"]\0\x1b\ufffe\ud800")))
def test_any_text_comes_back_from_the_xml(text: str, run: Any, summary: Any) -> None:
    session = {"started": text, "baseline": run("baseline", Verdict.FAIL, text)}
    failed = run(text, Verdict.FAIL, text[:500], findings=(Finding(text, text),), network=text)
    suite = parsed(summary(failed, **session))
    assert attributes(suite.find("testcase"))["name"] == safe(text)
    assert attributes(suite.find("testcase/failure"))["message"] == safe(text[:500])
