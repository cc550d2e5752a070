"""The plugin as users meet it: a module with ``SCENARIOS``, run by pytest.

A pytest of its own takes a second to start, and real time is real: what is the same without both is asked in this
process and in virtual time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import ssechaos.pytest_session
import ssechaos.testing  # noqa: F401 - what pytester finds loaded it leaves loaded, so that nothing is there twice

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]

HEAD = """
import pytest
from ssechaos.faults import Reset, ServerRestart
from ssechaos.model import Scenario, Step, Workload, objectives

def story(name, *schedule, **settings):
    workload = Workload(events=5, interval=0.05)
    return Scenario(name=name, does="for a test", workload=workload, schedule=schedule, **settings)
"""

Played = tuple[pytest.RunResult, dict[str, Any]]
ARGUMENTS = ("-p", "no:cacheprovider", "-p", "no:asyncio")


@pytest.fixture
def play(pytester: pytest.Pytester) -> Callable[..., Played]:
    """Run a module of scenarios; returns pytest's result and ``summary.json``."""

    def run(module: str, *arguments: str) -> Played:
        pytester.makepyfile(test_stories=HEAD + module)
        result = pytester.runpytest_inprocess(*ARGUMENTS, "--sse-network=simulated", *arguments)
        return result, summary_in(pytester.path)

    return run


@pytest.fixture
def play_really(pytester: pytest.Pytester) -> Callable[..., Played]:
    """The same in a pytest of its own, in real time."""

    def run(module: str, *arguments: str) -> Played:
        pytester.makepyfile(test_stories=HEAD + module)
        result = pytester.runpytest_subprocess(*ARGUMENTS, *arguments)
        return result, summary_in(pytester.path)

    return run


def summary_in(folder: Path) -> dict[str, Any]:
    path = folder / "reports" / "latest" / "summary.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def verdicts(summary: dict[str, Any]) -> dict[str, str]:
    return {scenario["name"]: scenario["verdict"] for scenario in summary["scenarios"]}


def test_a_passing_scenario_passes_and_leaves_all_reports(
    play_really: Callable[..., Played], pytester: pytest.Pytester
) -> None:
    result, summary = play_really(
        """
        SCENARIOS = (story("one"),)
        def test_all_arrive(sse_run):
            assert sse_run.measurements["delivered"] == 5
        """.replace("\n        ", "\n"),
    )
    result.assert_outcomes(passed=1)
    assert summary["verdict"] == "PASS"
    latest = pytester.path / "reports" / "latest"
    found = {str(path.relative_to(latest)) for path in latest.glob("**/*") if path.is_file()}
    assert found >= {"summary.json", "summary.md", "junit.xml", "one/history.jsonl", "one/verdict.json"}
    result.stdout.fnmatch_lines(["*PASS*1 scenario*", "*reports: *"])


def test_a_test_without_asserts_still_needs_the_verdict_pass(play: Callable[..., Played]) -> None:
    result, summary = play(
        'SCENARIOS = (story("one", objectives=objectives("sent >= 99")),)\n'
        "def test_nothing_asserted(sse_run):\n    pass\n",
    )
    result.assert_outcomes(failed=1)
    assert verdicts(summary) == {"one": "FAIL"}
    result.stdout.fnmatch_lines(["FAIL: sent is 5, the limit is >= 99", "repeat with: ssechaos run one *"])


def test_what_a_module_asserts_becomes_part_of_the_verdict(play: Callable[..., Played]) -> None:
    result, summary = play(
        'SCENARIOS = (story("one"), story("two"))\n'
        'def test_only_one(sse_run):\n    assert sse_run.name == "one"\n',
    )
    result.assert_outcomes(passed=1, failed=1)
    assert verdicts(summary) == {"one": "PASS", "two": "FAIL"}
    assert "asserted: test_only_one[two]" in summary["scenarios"][1]["reason"]


def test_a_fault_that_never_happened_makes_the_run_invalid(play: Callable[..., Played]) -> None:
    result, summary = play(
        'SCENARIOS = (story("one", Step(Reset(), 9.0, 9.0)),)\ndef test_it(sse_run):\n    pass\n',
    )
    result.assert_outcomes(failed=1)
    assert verdicts(summary) == {"one": "INVALID"}


def test_a_marker_limits_a_test_to_some_of_the_scenarios(play: Callable[..., Played]) -> None:
    result, _ = play(
        'SCENARIOS = (story("one"), story("two"))\n'
        '@pytest.mark.scenario("two")\ndef test_it(sse_run):\n    assert sse_run.name == "two"\n',
    )
    result.assert_outcomes(passed=1)


def test_a_marker_with_a_misspelt_name_is_an_error(play: Callable[..., Played]) -> None:
    result, _ = play(
        'SCENARIOS = (story("one"),)\n@pytest.mark.scenario("onn")\ndef test_it(sse_run):\n    pass\n',
    )
    result.stdout.fnmatch_lines(["*unknown scenario 'onn': did you mean 'one'*"])


def test_a_scenario_is_selected_with_k(play: Callable[..., Played]) -> None:
    result, summary = play(
        'SCENARIOS = (story("one"), story("two"))\ndef test_it(sse_run):\n    pass\n',
        "-k",
        "two",
    )
    result.assert_outcomes(passed=1, deselected=1)
    assert verdicts(summary) == {"two": "PASS"}


def test_an_ini_key_sets_what_the_option_does_not(play: Callable[..., Played], pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nsse_seed = 42\n")
    _, summary = play('SCENARIOS = (story("one"),)\ndef test_it(sse_run):\n    pass\n')
    assert summary["seed"] == 42


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("--sse-network=embeded", "unknown network 'embeded': did you mean 'embedded'"),
        ("--sse-client=refrence", "unknown client 'refrence': did you mean 'reference'"),
        ("--sse-seed=x", "--sse-seed takes a whole number"),
        ("--sse-network=embedded --sse-target=ftp://x", "--target takes the http:// or https:// URL"),
    ],
)
def test_bad_options_are_named(play: Callable[..., Played], options: str, message: str) -> None:
    result, _ = play('SCENARIOS = (story("one"),)\ndef test_it(sse_run):\n    pass\n', *options.split())
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str()


def test_workers_of_xdist_share_one_report(play_really: Callable[..., Played]) -> None:
    pytest.importorskip("xdist")
    result, summary = play_really(
        'SCENARIOS = (story("one"), story("two"), story("three"))\ndef test_it(sse_run):\n    pass\n',
        "-n",
        "2",
    )
    result.assert_outcomes(passed=3)
    assert set(verdicts(summary).values()) == {"PASS"}
    assert len(summary["scenarios"]) == 3


def test_tests_of_other_projects_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it():\n    pass\n")
    result = pytester.runpytest_subprocess(*ARGUMENTS)
    result.assert_outcomes(passed=1)
    assert "ssechaos" not in result.stdout.str().replace("plugins: ", "").split("collected")[-1]
    assert not Path(pytester.path / "reports").exists()


TEN_EVENTS = """
import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Stream(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for number in range(1 + int(self.headers.get("Last-Event-ID", 0)), 11):
            self.wfile.write(b"id: %d\\ndata: x\\n\\n" % number)
            time.sleep(0.05)
        self.wfile.write(b"event: complete\\ndata: {}\\n\\n")

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Stream).serve_forever()
"""

OWN_TARGET = """
from ssechaos.testing import serving

@pytest.fixture(scope="session")
def sse_target():
    with serving("python server.py {port}") as url:
        yield url + "/stream"

SCENARIOS = (story("one"), story("two"))
def test_it(sse_run, sse_target):
    assert sse_run.history.conditions.target == sse_target
    assert sse_run.measurements["delivered"] == 10
"""


def test_a_fixture_of_the_user_s_says_what_is_played_against(
    play_really: Callable[..., Played], pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(server=TEN_EVENTS)
    result, summary = play_really(OWN_TARGET)
    result.assert_outcomes(passed=2)
    assert summary["target"].endswith("/stream")
    assert verdicts(summary) == {"one": "PASS", "two": "PASS"}


def test_without_one_it_is_the_option_s(play: Callable[..., Played]) -> None:
    module = 'SCENARIOS = (story("one"),)\ndef test_it(sse_run, sse_target):\n    assert sse_target == "%s"\n'
    play(module % "")[0].assert_outcomes(passed=1)
    result, summary = play(
        module % "http://127.0.0.1:9/", "--sse-target=http://127.0.0.1:9/", "--sse-network=embedded"
    )
    result.assert_outcomes(failed=1)
    assert verdicts(summary) == {"one": "INVALID"}


def test_two_targets_in_one_run_are_refused(play: Callable[..., Played], pytester: pytest.Pytester) -> None:
    pytester.makepyfile(server=TEN_EVENTS, test_others=HEAD + OWN_TARGET.replace('"one"', '"three"'))
    result, _ = play('SCENARIOS = (story("one"),)\ndef test_it(sse_run):\n    pass\n', "--sse-network=embedded")
    result.assert_outcomes(passed=2, errors=1)
    assert "one run of pytest has one target" in result.stdout.str()
