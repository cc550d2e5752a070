"""A target as users name it: on the command line and to pytest. No secret is in anything that is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ssechaos.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = ("planted-in-the-environment", "planted-as-it-is", "planted-in-the-query", "planted-password")
STORY = """
from ssechaos.faults import Latency
from ssechaos.model import Scenario, Step
SCENARIOS = (Scenario(name="late", does="for a test", schedule=(Step(Latency(delay=0.02)),), deadline=10),)
def test_it(sse_run):
    assert sse_run.history.conditions.ground_truth == "witness"
"""
INI = """
[pytest]
sse_target = {url}
sse_sequence = data:/n
sse_witness = true
sse_until = data:bye
sse_header =
    Authorization: Bearer $TEST_KEY
    X-Other: planted-as-it-is
sse_method = POST
sse_body = {{"go": true}}
"""


@pytest.fixture
async def target():
    """A server that demands what a user has to say, and remembers what it was asked."""
    asked: list[web.Request] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request)
        body = await request.text()
        headers = (request.headers.get("Authorization"), request.headers.get("X-Other"))
        if body != '{"go": true}' or headers != (f"Bearer {SECRETS[0]}", SECRETS[1]):
            return web.Response(status=401)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(1, 6):
            await response.write(f'data: {{"n": {number}}}\n\n'.encode())
            await asyncio.sleep(0.01)
        await response.write(b"data: bye\n\n")
        return response

    application = web.Application()
    application.router.add_post("/stream", answer)
    async with TestServer(application, host="127.0.0.1") as server:
        yield server, asked


async def said(*command: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """The exit code of a command, and all that it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", *command),
        cwd=cwd,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **environment},
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


def url_of(target: tuple[TestServer, Any]) -> str:
    url = target[0].make_url("/stream").with_user("me").with_password(SECRETS[3])
    return str(url.with_query({"token": SECRETS[2]}))


def left_behind(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "pytest.ini"]
    assert {"history.jsonl", "summary.json", "junit.xml", "metrics.prom"} <= {path.name for path in files}
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def assert_no_secret_is_in(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


async def test_the_command_line_asks_as_it_is_told_and_keeps_secrets(target: Any, tmp_path: Path) -> None:
    options = ["--sequence", "data:/n", "--witness", "--until", "data:bye", "--body", '{"go": true}']
    options += ["--header", "Authorization: Bearer $TEST_KEY", "--header", f"X-Other: {SECRETS[1]}"]
    words = ["ssechaos.cli", "run", "split_everything", "--target", url_of(target), *options]
    _, out = await said(*words, cwd=tmp_path, TEST_KEY=SECRETS[0])
    summary = json.loads((tmp_path / "reports" / "latest" / "summary.json").read_text(encoding="utf-8"))
    (scenario,) = summary["scenarios"]
    assert (scenario["ground_truth"], scenario["measurements"]["sent"]) == ("witness", 5), out
    assert {request.query["token"] for request in target[1]} == {SECRETS[2]}
    assert_no_secret_is_in(out + left_behind(tmp_path))
    repeated = shlex.split(scenario["repeat"])
    shown = [word.replace(SECRETS[1], "…") for word in options]
    assert sorted(repeated[repeated.index("--target") + 2 :]) == sorted(shown)


async def test_a_target_that_refuses_is_shown_without_secrets(target: Any, tmp_path: Path) -> None:
    words = ["ssechaos.cli", "run", "split_everything", "--target", url_of(target), "--header", "X: $TEST_KEY"]
    code, out = await said(*words, "--body", "x", cwd=tmp_path, TEST_KEY=SECRETS[0])
    assert code == 3
    assert "answers 401 Unauthorized" in out
    assert_no_secret_is_in(out + left_behind(tmp_path))


async def test_pytest_takes_the_same_from_its_ini_file(target: Any, tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text(INI.format(url=url_of(target).replace("%", "%%")), encoding="utf-8")
    (tmp_path / "test_story.py").write_text(STORY, encoding="utf-8")
    code, out = await said(
        *("pytest", "-p", "no:cacheprovider", "-p", "no:asyncio"), cwd=tmp_path, TEST_KEY=SECRETS[0]
    )
    assert code == 0, out
    assert_no_secret_is_in(out + left_behind(tmp_path / "reports"))


async def test_pytest_takes_the_same_as_options(target: Any, tmp_path: Path) -> None:
    (tmp_path / "test_story.py").write_text(STORY, encoding="utf-8")
    options = ["--sse-target", url_of(target), "--sse-sequence=data:/n", "--sse-witness", "--sse-until=data:bye"]
    options += ["--sse-header", "Authorization: Bearer $TEST_KEY", "--sse-header", f"X-Other: {SECRETS[1]}"]
    options += ["--sse-method=POST", '--sse-body={"go": true}']
    words = ["pytest", "-p", "no:cacheprovider", "-p", "no:asyncio", *options]
    code, out = await said(*words, cwd=tmp_path, TEST_KEY=SECRETS[0])
    assert code == 0, out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--until", "data:x"], "--until is about a server of your own: give its URL with --target"),
        (["--witness"], "--witness is about a server of your own"),
        (["--header", "a: b"], "--header is about a server of your own"),
        (["--target", "http://x/", "--header", "a: $NOBODY_SET_THIS"], "no variable NOBODY_SET_THIS"),
        (["--target", "http://x/", "--events", "0"], "--events takes a whole number above 0"),
        (
            ["--target", "http://x/", "--network", "simulated"],
            "a target can't be played on the network 'simulated'",
        ),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_a_usage_error(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "handoff", *options]) == 2
    assert message in capsys.readouterr().err


async def test_the_same_is_a_usage_error_to_pytest(tmp_path: Path) -> None:
    (tmp_path / "test_story.py").write_text(STORY, encoding="utf-8")
    code, out = await said("pytest", "-p", "no:asyncio", "--sse-until=data:x", cwd=tmp_path)
    assert code == pytest.ExitCode.USAGE_ERROR
    assert "--until is about a server of your own" in out
