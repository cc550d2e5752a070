"""What is found is saved so that it can be played again, read, and put among one's own scenarios."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import UsageError
from ssechaos.faults import Cut, CutInEvent, End, Handoff, Reset
from ssechaos.model import Scenario, Step
from ssechaos.report import HistoryFile
from ssechaos.search.batch import Found
from ssechaos.search.module import scenario_module
from ssechaos.search.saved import Saved, Written, read_saved, write_failure
from ssechaos.search.trial import Failure, attempt

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssechaos.search.case import Case
    from ssechaos.setups import Setup

    Make = Callable[..., Case]


@pytest.fixture
def written(case: Make, planted: Callable[[str], Setup], tmp_path: Path) -> Written:
    """A failure of a client that resumes without an id."""
    setup, small = planted("sends_no_last_event_id"), case(Step(Reset(), 0.2, 0.2))
    failure = attempt(small, setup).failure
    assert failure is not None
    return write_failure(Found(failure, small), setup, tmp_path / "search", {"seed": 1})


def test_a_saved_failure_reads_back_and_fails_again(written: Written, planted: Callable[[str], Setup]) -> None:
    saved = read_saved(written.path)
    assert (saved.client, saved.server, saved.network) == ("sends_no_last_event_id", "reference", "simulated")
    failure = attempt(saved.case, planted("sends_no_last_event_id")).failure
    assert failure is not None
    assert failure.name == "resume"


def test_the_file_says_what_was_found_and_how_to_repeat_it(written: Written) -> None:
    content = json.loads(written.path.read_text())
    assert content["schema"] == 1
    assert content["finding"] == "resume"
    assert content["search"] == {"seed": 1}
    assert content["repeat"] == written.repeat == f"ssechaos replay {written.path}"
    assert content["account"][0] == "at 0.2 s, open and live, the connection is reset"
    assert {"ssechaos", "python", "aiohttp"} <= content["versions"].keys()
    assert "at 0.2 s, open and live, the connection is reset" in written.path.with_suffix(".txt").read_text()


def test_the_scenario_has_a_name_of_its_own(written: Written) -> None:
    assert read_saved(written.path).case.scenario.name == "found_resume"


def declared(source: str) -> Scenario:
    """The scenario that a module declares."""
    names: dict[str, object] = {}
    exec(compile(source, "module", "exec"), names)  # noqa: S102 - what was just written
    (scenario,) = names["SCENARIOS"]  # type: ignore[misc]
    assert isinstance(scenario, Scenario)
    return scenario


def test_the_module_declares_the_very_same_scenario(written: Written) -> None:
    assert declared(written.module.read_text()) == read_saved(written.path).case.scenario


def test_a_module_writes_out_what_differs_from_the_defaults(case: Make) -> None:
    steps = (
        Step(Cut(after=3, end=End.RST), 0.0, 1.0),
        Step(CutInEvent(), 1.0),
        Step(Handoff(rate=2000.0, rtt=0.3), 0.5, 1.5),
    )
    scenario = case(*steps, history=3, backoff=(0.5, 1.0)).scenario
    source = scenario_module(scenario, "it breaks", ["first this", "then that"])
    assert declared(source) == scenario
    assert "Cut(after=3, end=End.RST)" in source
    assert "CutInEvent()" in source
    assert max(map(len, source.splitlines())) <= 115


def test_text_of_a_stream_can_not_break_out_of_the_docstring(case: Make) -> None:
    source = scenario_module(case().scenario, 'says """ and \\', ['"""\nimport os', "\x1b[31m"])
    module = ast.parse(source)
    assert isinstance(module.body[0], ast.Expr)
    assert not [node for node in ast.walk(module) if isinstance(node, ast.Import)]


def test_the_module_runs_under_the_plugin(written: Written) -> None:
    done = subprocess.run(  # noqa: S603 - our own plugin
        [
            *(sys.executable, "-m", "pytest", "-q", str(written.module), "--sse-network=simulated"),
            *("-p", "no:cacheprovider", "-p", "no:asyncio", f"--rootdir={written.module.parent}"),
            f"--sse-reports={written.module.parent}/reports",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=written.module.parent,
    )
    assert done.returncode == 0, done.stdout  # the reference pair has no such bug
    assert "found_resume" in done.stdout


def test_a_history_can_be_played_again_too(case: Make, reference: Setup, tmp_path: Path) -> None:
    small = case(Step(Reset(), 0.2, 0.2), seed=5)
    history = attempt(small, reference).history
    assert history is not None
    with HistoryFile(tmp_path / "history.jsonl") as file:
        for line in history.to_lines():
            file.append(line)
    assert read_saved(tmp_path / "history.jsonl") == Saved(small)


def test_a_failure_of_the_simulation_itself_is_saved_without_an_account(
    case: Make, reference: Setup, tmp_path: Path
) -> None:
    found = Found(Failure("Deadlock", "every task waits", harness=True), case())
    written = write_failure(found, reference, tmp_path, {})
    assert json.loads(written.path.read_text())["harness"] is True
    assert read_saved(written.path).case == case()


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"schema": 2}', '{"schema": 1, "scenario": {}}', '{"schema": 1, "scenario": 3}']
)
def test_what_is_no_saved_schedule_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(content)
    with pytest.raises(UsageError):
        read_saved(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no saved schedule can be read"):
        read_saved(tmp_path / "nothing.json")
