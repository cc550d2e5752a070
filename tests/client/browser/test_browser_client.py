"""Streams in a real Chromium: what the user of a page sees becomes the history of a run."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ssechaos.checkers import judge
from ssechaos.cli import main
from ssechaos.client import CLIENTS
from ssechaos.client.browser import chromium, profile
from ssechaos.errors import UsageError
from ssechaos.faults import Reset
from ssechaos.model import Scenario, Step, Verdict, Workload
from ssechaos.model.entries import Connect, Delivered, Ended, Misbehaved, Sent, StateShown
from ssechaos.networks import NETWORKS
from ssechaos.runner import play
from ssechaos.setups import Setup
from ssechaos.target.options import Asked
from ssechaos.target.source import Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ssechaos.model import History
    from ssechaos.model.entries import Entry

MAIN = "import sys; from ssechaos.cli import main; sys.exit(main())"

lacking = chromium.missing()
needs_chromium = pytest.mark.skipif(lacking is not None, reason=str(lacking))


def embedded(client: str) -> Setup:
    return Setup(network=NETWORKS["embedded"]()).with_client(client)


async def played(client: str, *schedule: Step, interval: float = 0.02) -> History:
    workload = Workload(events=20, interval=interval)
    scenario = Scenario(name="story", does="for a test", workload=workload, schedule=schedule, deadline=20.0)
    return await play(scenario, embedded(client), seed=1)


@needs_chromium
@pytest.mark.parametrize("client", ["page", "eventsource"])
async def test_a_stream_is_seen_to_its_end_and_to_the_letter(client: str) -> None:
    history = await played(client)
    assert judge(history).verdict is Verdict.PASS, judge(history).reason
    states = [entry.state for entry in history.of(StateShown)]
    assert [state for state in states if state != "waiting"] == ["connecting", "open", "closed"]
    sent = {event.sequence: event.digest for event in history.of(Sent)}
    assert {event.sequence: event.digest for event in history.of(Delivered)} == sent


@needs_chromium
async def test_a_page_whose_stream_is_cut_goes_on_where_it_was() -> None:
    history = await played("page", Step(Reset(), 0.5, 0.5), interval=0.1)
    assert judge(history).verdict is Verdict.PASS, judge(history).reason
    first, *others = history.of(Connect)
    assert first.last_event_id is None
    assert others
    assert all(connect.last_event_id is not None for connect in others)
    sequences = [event.sequence for event in history.of(Delivered) if event.sequence is not None]
    assert sequences == sorted(set(sequences))
    assert "reconnecting" in [entry.state for entry in history.of(StateShown)]


@needs_chromium
async def test_a_browser_that_dies_ends_the_run_and_is_named() -> None:
    seen = asyncio.Event()
    scenario = Scenario(name="story", does="for a test", workload=Workload(events=20, interval=1.0), deadline=60.0)

    def listen(entry: Entry) -> None:
        if isinstance(entry, Delivered):
            seen.set()

    playing = asyncio.create_task(play(scenario, embedded("page"), listener=listen))
    await seen.wait()
    (socket,) = [(folder / profile.SOCKET).readlink() for folder in profiles_of(os.getpid())]
    for process in browsers_of(os.getpid()):
        with suppress(ProcessLookupError):  # it went with its parent
            os.kill(int(process), signal.SIGKILL)
    history = await playing
    assert [entry.message for entry in history.of(Misbehaved)] == ["its page was closed"]
    assert [entry.reason for entry in history.of(Ended)] == ["finished"]
    assert profiles_of(os.getpid()) == []
    assert not socket.parent.exists()


@needs_chromium
async def test_a_page_reads_a_server_of_somebody_elses() -> None:
    async def two_more(request: web.Request) -> web.StreamResponse:
        after = int(request.headers.get("Last-Event-ID", 0))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in (after + 1, after + 2):
            await response.write(f"id: {number}\ndata: {number}\n\n".encode())
        if after:
            await response.write(b"event: end\ndata: bye\n\n")
        return response

    application = web.Application()
    application.router.add_get("/stream", two_more)
    async with TestServer(application, host="127.0.0.1") as server:
        target = Target(str(server.make_url("/stream")), Asked(until="event:end"), {})
        setup = Setup(network=NETWORKS["embedded"](), source=target).with_client("page")
        scenario = Scenario(name="story", does="for a test", workload=Workload(events=1), deadline=20.0)
        history = await play(scenario, setup, seed=1)
    assert judge(history).verdict is Verdict.PASS, judge(history).reason
    assert [event.sequence for event in history.of(Delivered) if event.event == "message"] == [1, 2, 3, 4]


def profiles_of(process: int) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"{profile.PREFIX}{process}-*"))


def browsers_of(process: int) -> list[str]:
    """The command lines of all processes that run on a profile of ``process``."""
    mark = f"{profile.PREFIX}{process}-".encode()
    return [path.parent.name for path in Path("/proc").glob("[0-9]*/cmdline") if mark in _bytes(path)]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


@needs_chromium
async def test_cancelling_a_run_leaves_nothing() -> None:
    playing = asyncio.create_task(played("page", interval=1.0))
    await until(lambda: bool(browsers_of(os.getpid())))
    playing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await playing
    await until(lambda: not browsers_of(os.getpid()))
    assert profiles_of(os.getpid()) == []


async def until(holds: Callable[[], bool], seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - processes of others set no event
            await asyncio.sleep(0.05)


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-c", MAIN, "run", "stall_path", "--client", "page", "--reports", str(tmp_path)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait()


@needs_chromium
async def test_ctrl_c_leaves_nothing(command: subprocess.Popen[bytes]) -> None:
    await until(lambda: bool(browsers_of(command.pid)))
    command.send_signal(signal.SIGINT)
    await asyncio.to_thread(command.wait, 20)
    await until(lambda: not browsers_of(command.pid))
    assert profiles_of(command.pid) == []


@needs_chromium
async def test_what_a_killed_run_left_goes_with_the_next(command: subprocess.Popen[bytes]) -> None:
    await until(lambda: bool(browsers_of(command.pid)))
    command.kill()
    await asyncio.to_thread(command.wait)
    await until(lambda: not browsers_of(command.pid))
    with profile.profile():
        assert profiles_of(command.pid) == []


def test_without_a_browser_the_user_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(UsageError, match=r"there is no Chromium.*apt-get install chromium"):
        embedded("page")


def test_a_browser_that_is_named_and_missing_is_named_in_the_message(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chromium")
    with pytest.raises(UsageError, match="SSECHAOS_CHROMIUM names '/nowhere/chromium'"):
        embedded("page")


def test_the_command_line_says_it_as_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("playwright")
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chromium")
    assert main(["run", "handoff", "--client", "page"]) == 2
    assert "SSECHAOS_CHROMIUM names '/nowhere/chromium'" in capsys.readouterr().err


def test_virtual_time_has_no_browser() -> None:
    with pytest.raises(UsageError, match="a browser lives in real time"):
        Setup(network=NETWORKS["simulated"]()).with_client("eventsource")


def test_both_clients_can_be_chosen_by_name() -> None:
    assert {"page", "eventsource"} <= CLIENTS.keys()
