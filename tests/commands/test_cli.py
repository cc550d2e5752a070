"""The command line as users meet it: exit codes, messages, and nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, TypeVar

import pytest

from ssechaos.cli import COMMANDS, main

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

SSECHAOS = (sys.executable, "-m", "ssechaos.cli")


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that are ended when the test is."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def started(processes: list[subprocess.Popen[str]], *arguments: str, cwd: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*SSECHAOS, *arguments],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    processes.append(process)
    return process


def test_an_unknown_scenario_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "handof"]) == 2
    assert "unknown scenario 'handof': did you mean 'handoff'?" in capsys.readouterr().err


def test_an_unknown_network_is_named_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "handoff", "--network", "embeded"]) == 2
    assert "unknown network 'embeded': did you mean 'embedded'?" in capsys.readouterr().err


def test_a_target_that_is_no_url_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "handoff", "--target", "localhost"]) == 2
    assert "--target takes the http:// or https:// URL" in capsys.readouterr().err


def test_the_catalogue_names_every_scenario_and_where_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios"]) == 0
    out = capsys.readouterr().out
    assert "stall_path\n    the whole path is silent" in out
    assert "networks: embedded" in out


def test_a_reader_that_has_enough_ends_it_without_a_word(
    processes: list[subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = started(processes, "scenarios", cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(30) == 128 + signal.SIGPIPE
    assert process.stderr is not None
    assert process.stderr.read() == ""


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert re.findall(r"^ {4}(\w+)(?: {2}|$)", capsys.readouterr().out, re.MULTILINE) == [*COMMANDS]


def test_a_word_that_is_no_command_is_shown_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["rnu"])
    err = capsys.readouterr().err
    assert all(name in err for name in ("rnu", *COMMANDS))


def test_only_the_command_that_is_asked_for_is_loaded() -> None:
    shown = "atexit.register(lambda: print(*(name for name in sys.modules if '.commands.' in name)))"
    program = f"import atexit, sys; from ssechaos.cli import main; {shown}; main(['serve', '--port', 'x'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert done.stdout.split() == ["ssechaos.commands.serve"]


def test_a_report_of_nothing_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path)]) == 2
    assert "history.jsonl" in capsys.readouterr().err


def test_a_run_passes_from_any_folder_and_can_be_reported_again(
    tmp_path: Path,
    processes: list[subprocess.Popen[str]],
) -> None:
    run = started(processes, "run", "duration_cap", "--seed", "5", cwd=tmp_path)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, out + err
    assert re.search(r"^\d+ passed", out, re.MULTILINE)
    again = started(processes, "report", "reports/latest", cwd=tmp_path)
    told, _ = again.communicate(timeout=60)
    assert again.returncode == 0
    assert "✓ PASS   duration_cap" in told
    summary = json.loads((tmp_path / "reports/latest/summary.json").read_text(encoding="utf-8"))
    assert (summary["seed"], summary["verdict"]) == (5, "PASS")


def test_a_target_that_refuses_is_invalid_and_the_cause_is_named(
    tmp_path: Path,
    processes: list[subprocess.Popen[str]],
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        run = started(processes, "run", "rapid_toggles", "--target", url, cwd=tmp_path)
        out, err = run.communicate(timeout=60)
    assert run.returncode == 3, out + err
    assert "can't be reached" in out


def test_ctrl_c_leaves_a_partial_report_and_no_port(
    tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    run = started(processes, "run", "stall_path", cwd=tmp_path)
    history = _wait_for(lambda: next(tmp_path.glob("reports/*/stall_path/history.jsonl"), None))
    _wait_for(lambda: '"delivered"' in history.read_text(encoding="utf-8"))
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 130, out + err
    summary = json.loads((tmp_path / "reports/latest/summary.json").read_text(encoding="utf-8"))
    assert summary["interrupted"] is True
    assert summary["verdict"] == "INVALID"
    kinds = [json.loads(line)["kind"] for line in history.read_text(encoding="utf-8").splitlines()]
    assert "ended" in kinds
    assert kinds.count("fault_began") == kinds.count("fault_ended")


def test_a_port_that_is_taken_is_named(processes: list[subprocess.Popen[str]], tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        serve = started(processes, "serve", "--port", str(port), cwd=tmp_path)
        _, err = serve.communicate(timeout=30)
    assert serve.returncode == 2
    assert f"port {port}" in err
    assert "choose another" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_streams_and_stops_in_good_order(
    number: signal.Signals,
    processes: list[subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    serve = started(processes, "serve", "--port", "0", cwd=tmp_path)
    assert serve.stdout is not None
    url = re.search(r"http://\S+/stream", serve.stdout.readline())
    assert url is not None
    with urllib.request.urlopen(f"{url[0]}?events=2&interval=0", timeout=10) as response:  # noqa: S310 - our own server
        body = response.read().decode()
    assert body.count("event: content_chunk") == 2
    serve.send_signal(number)
    assert serve.wait(timeout=15) == 0


def _wait_for(look: Callable[[], T | None]) -> T:
    """What ``look`` finds, once it finds something."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come within 30 s")
