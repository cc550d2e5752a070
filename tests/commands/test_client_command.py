"""``--client-command`` as users meet it, on the command line and in pytest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ssechaos.cli import main

if TYPE_CHECKING:
    from pathlib import Path

pytest_plugins = ["pytester"]

GIVES_UP = """
import json, os, sys
print("looking for", os.environ["SSE_URL"], file=sys.stderr)
print(json.dumps({"type": "state", "state": "closed"}))
print(json.dumps({"type": "error", "message": "not today"}))
"""
HANGS = """
import os, sys, time
print("my pid is", os.getpid(), file=sys.stderr, flush=True)
time.sleep(120)
"""


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--client-command", ""), "--client-command takes a program and its arguments"),
        (("--client-command", "/nowhere/client"), "there is no program '/nowhere/client' here"),
    ],
)
def test_a_command_that_can_not_be_run_is_a_usage_error(
    arguments: tuple[str, ...], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "handoff", *arguments]) == 2
    assert why in capsys.readouterr().err


def test_a_simulated_network_is_a_usage_error(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "ssechaos.cli", "run", "handoff", "--network", "simulated"]
    words += ["--client-command", sys.executable]
    run = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - our own command
    assert run.returncode == 2, run.stdout
    assert "can't be played on the network 'simulated'" in run.stdout + run.stderr


@pytest.mark.parametrize("how", ["option", "ini"])
def test_pytest_takes_it_as_an_option_and_from_its_ini_file(how: str, pytester: pytest.Pytester) -> None:
    command = f"{sys.executable} {pytester.makepyfile(gives_up=GIVES_UP)}"
    pytester.makepyfile(
        test_story="""
        import pytest
        from ssechaos.model import Scenario, Workload, objectives

        SCENARIOS = (
            Scenario(
                name="one",
                does="nothing",
                workload=Workload(events=1, interval=0),
                objectives=objectives("completion_rate >= 0", "lost <= 1"),
                expects="either",
            ),
        )

        @pytest.mark.own_words
        def test_its_words(sse_run):
            raise AssertionError("not held against a client command")

        def test_its_verdict(sse_run):
            assert sse_run.history.conditions.client_is_command
        """,
    )
    pytester.makeini(f"[pytest]\nsse_client_command = {command}" if how == "ini" else "[pytest]")
    option = [] if how == "ini" else [f"--sse-client-command={command}"]
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *option)
    latest = pytester.path / "reports" / "latest"
    summary = json.loads((latest / "summary.json").read_text(encoding="utf-8"))
    assert summary["client"] == command
    assert "--client-command" in summary["scenarios"][0]["repeat"]
    assert "c1 stderr: looking for http://127.0.0.1:" in (latest / "one" / "client.log").read_text(
        encoding="utf-8"
    )
    assert "not today" in (latest / "one" / "history.jsonl").read_text(encoding="utf-8")


def test_ctrl_c_leaves_no_client_behind(tmp_path: Path) -> None:
    (tmp_path / "hangs.py").write_text(HANGS, encoding="utf-8")
    command = f"{sys.executable} {tmp_path / 'hangs.py'}"
    words = [sys.executable, "-m", "ssechaos.cli", "run", "handoff", "--client-command", command]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:  # noqa: S603 - our own command
        try:
            pid = _pid(tmp_path)
            run.send_signal(signal.SIGINT)
            out, _ = run.communicate(timeout=30)
        finally:
            run.kill()
    assert run.returncode == 130, out
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _pid(folder: Path) -> int:
    """The process that the first client's log names, once it does."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for log in folder.glob("reports/*/*/client.log"):
            if "my pid is" in (text := log.read_text(encoding="utf-8")):
                return int(text.split()[-1])
        time.sleep(0.02)
    raise AssertionError("no client was started within 30 s")
