"""``ssechaos load`` as pipelines meet it: exit codes, words and JSON, on real sockets."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ssechaos.cli import main
from ssechaos.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The reference server, in a loop of its own."""
    with running() as server:
        yield f"{server.url}/stream"


@contextmanager
def running() -> Iterator[ReferenceServer]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = ReferenceServer()
    try:
        asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(20)
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_intact_streams_exit_with_0_and_are_told_of_everywhere(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "load.json"
    options = ("--streams", "100", "--duration", "1", "--ramp", "0.5", "--output", str(file))
    assert main(["load", f"{url}?events=10&interval=0.02&key=hidden", *options]) == 0
    out, err = capsys.readouterr()
    told = json.loads(file.read_text(encoding="utf-8"))
    assert out.startswith(f"100 of 100 streams intact  {url}\n")
    assert "load: opening 100 streams within 0.5 s" in err
    assert (told["schema"], told["exit_code"], told["streams"]["intact"], told["events"]) == (1, 0, 100, 1000)
    assert told["opened_seconds"]["p50"] <= told["opened_seconds"]["p99"] <= told["opened_seconds"]["max"]
    assert "hidden" not in out + err + file.read_text(encoding="utf-8")


def test_streams_that_are_refused_exit_with_3(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", url.replace("/stream", "/nothing"), "--streams", "2", "--duration", "0.2"]) == 3
    assert "refused after 0 events" in capsys.readouterr().out


def test_other_machines_are_a_matter_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load", "http://example.com/stream"]) == 2
    assert "--allow-remote" in capsys.readouterr().err


def test_a_file_that_can_not_be_written_is_known_before_the_load(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load", url, "--output", str(tmp_path / "no" / "load.json")]) == 2
    assert "there is no folder" in capsys.readouterr().err
