"""The GitHub Action: what it declares is what its script reads; and the script, run as the runner does."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
SCRIPT = ROOT / ".github" / "action" / "run"
DECLARED = re.findall(r"^  ([\w-]+):$", ACTION.partition("inputs:")[2].partition("runs:")[0], re.MULTILINE)
PASSED = dict(re.findall(r"^ +(SSECHAOS\w*): \$\{\{ inputs\.([\w-]+) \}\}$", ACTION, re.MULTILINE))

ONE = "break_before_first_id"


@dataclass(frozen=True, slots=True)
class Outcome:
    code: int
    summary: str
    output: str


@pytest.fixture
def play(tmp_path: Path) -> Callable[..., Outcome]:
    """Run the script in an empty workspace, with inputs as the runner passes them."""
    page = tmp_path / "page.md"

    def play(**inputs: str) -> Outcome:
        said = {name: inputs.get(declared.replace("-", "_"), "") for name, declared in PASSED.items()}
        environment = os.environ | said | {"GITHUB_STEP_SUMMARY": str(page), "SSECHAOS": ssechaos()}
        page.unlink(missing_ok=True)
        done = subprocess.run(  # noqa: S603 - the action's own script
            [SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=100
        )
        return Outcome(done.returncode, page.read_text(encoding="utf-8"), done.stdout + done.stderr)

    return play


@pytest.fixture
def target() -> Iterator[str]:
    """The URL of a stream of 20 events, served from a loop of its own; a query names one that is sent twice."""

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(1, 21):
            block = f"id: {number}\ndata: {number}\n\n".encode()
            await response.write(block * (1 + (request.query.get("twice") == str(number))))
            await asyncio.sleep(0.02)
        await response.write(b"event: complete\ndata: {}\n\n")
        return response

    async def start() -> web.AppRunner:
        app = web.Application()
        app.router.add_get("/stream", stream)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    with asyncio.Runner() as loop:
        runner = loop.run(start())
        stop = loop.get_loop().create_future()
        thread = threading.Thread(target=loop.get_loop().run_until_complete, args=(stop,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/stream"
        finally:
            loop.get_loop().call_soon_threadsafe(stop.set_result, None)
            thread.join()
            loop.run(runner.cleanup())


def ssechaos() -> str:
    return str(Path(sys.executable).parent / "ssechaos")


def test_every_input_is_used_and_every_used_one_is_declared() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", ACTION))
    assert used == set(DECLARED)


def test_the_script_reads_what_the_action_passes() -> None:
    read = set(re.findall(r"\$\{?(SSECHAOS\w*)", SCRIPT.read_text(encoding="utf-8")))
    assert read == {*PASSED, "SSECHAOS"}


def test_no_input_becomes_part_of_a_script() -> None:
    scripts = re.findall(r"^ +run: (?:\|\n((?: {8}.*\n)+)|(.*))", ACTION, re.MULTILINE)
    assert len(scripts) == ACTION.count("shell: bash") == 2
    assert "${{" not in str(scripts)


def test_actions_of_others_are_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (\S+)", ACTION)
    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) for name in used)


def test_a_pass_exits_with_0_and_is_on_the_page(play: Callable[..., Outcome], tmp_path: Path) -> None:
    outcome = play(scenarios=f"{ONE} event_loss", network="simulated", seed="7", reports="kept here")
    assert outcome.code == 0, outcome.output
    assert "2 PASS" in outcome.summary
    assert ONE in outcome.summary
    assert "seed 7" in outcome.summary
    assert (tmp_path / "kept here" / "latest" / "junit.xml").exists()


def test_more_words_go_to_the_command_as_they_are(play: Callable[..., Outcome]) -> None:
    outcome = play(scenarios=ONE, network="simulated", arguments="--seed\n23")
    assert (outcome.code, "seed 23" in outcome.summary) == (0, True)


def test_a_target_is_played_through_its_wire(play: Callable[..., Outcome], target: str) -> None:
    outcome = play(scenarios="split_everything", target=target, network="embedded")
    assert outcome.code == 0, outcome.output
    assert target in outcome.summary


def test_a_target_that_sends_an_event_twice_exits_with_1_and_is_on_the_page(
    play: Callable[..., Outcome], target: str
) -> None:
    outcome = play(scenarios="split_everything", target=f"{target}?twice=9", network="embedded")
    assert outcome.code == 1, outcome.output
    assert "FAIL" in outcome.summary


def test_a_target_that_is_not_there_exits_with_3_and_is_on_the_page(play: Callable[..., Outcome]) -> None:
    outcome = play(scenarios=ONE, target="http://127.0.0.1:9/stream", network="embedded")
    assert outcome.code == 3, outcome.output
    assert "INVALID" in outcome.summary


def test_a_wrong_word_exits_with_2_and_shows_no_summary_of_an_earlier_run(play: Callable[..., Outcome]) -> None:
    assert play(scenarios=ONE, network="simulated").code == 0
    outcome = play(scenarios="*")
    assert outcome.code == 2
    assert "unknown scenario '*'" in outcome.output
    assert outcome.summary == ("ssechaos played nothing, and exited with code 2: the log of this step says why.\n")
