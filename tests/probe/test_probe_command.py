"""``ssechaos probe`` as pipelines meet it: exit codes, words, JSON, and no secret in any of them."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.cli import main
from ssechaos.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def in_a_thread(server: Any) -> Iterator[str]:
    """A server in a loop of its own, as the command runs one too; yields its URL."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def wait_for(coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(20)

    try:
        entered = wait_for(server().__aenter__())
        try:
            yield f"{entered.url}/stream"
        finally:
            wait_for(entered.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_a_good_stream_exits_with_0_and_says_so_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "probe.json"
    with in_a_thread(ReferenceServer) as url:
        secret = f"{url}?events=20&interval=0.05&trace=hidden".replace("http://", "http://me:password@")
        assert main(["probe", secret, "--header", "X-Api-Key: token", "--output", str(file)]) == 0
    out, err = capsys.readouterr()
    written = file.read_text(encoding="utf-8")
    told = json.loads(written)
    assert out.startswith(f"PROCEED  {url}\n")
    assert "probe: opening 3 streams at once" in err
    assert (told["schema"], told["recommendation"], told["exit_code"], told["url"]) == (1, "PROCEED", 0, url)
    assert told["share"] == {"arrived": 63, "expected": 63, "rate": 1.0}
    assert told["last_event_id"] == {"honoured": True, "asked": "19", "expected": "20", "got": "20"}
    stream = told["streams"][0]
    assert (stream["status"], stream["http"], stream["ending"], stream["complete"]) == (200, "1.1", "closed", True)
    assert all(secret not in out + err + written for secret in ("token", "password", "hidden", "Api-Key"))


def test_nothing_listening_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert main(["probe", f"http://127.0.0.1:{unused.getsockname()[1]}/"]) == 3
    out = capsys.readouterr().out
    assert out.startswith("INCONCLUSIVE")
    assert "nothing is listening there" in out
    assert "cure: start the server" in out


def test_tls_that_fails_exits_with_3(capsys: pytest.CaptureFixture[str]) -> None:
    with in_a_thread(ReferenceServer) as url:
        assert main(["probe", url.replace("http:", "https:")]) == 3
    assert "TLS failed" in capsys.readouterr().out


def test_a_share_that_is_too_small_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "probe.json"
    with in_a_thread(ReferenceServer) as url:
        few, many = f"{url}?events=10&interval=0.05", f"{url}?events=40&interval=0.01"
        assert main(["probe", few, "--direct", many, "--concurrency", "1", "--output", str(file)]) == 1
    assert "only 11 of 41 events (27%) came within 25 s (limit 90%)" in capsys.readouterr().out.replace(
        "\n    ", " "
    )
    told = json.loads(file.read_text(encoding="utf-8"))
    assert (told["recommendation"], told["exit_code"]) == ("PUNT", 1)
    assert told["reason"]
    assert told["direct"]["events"] == 41


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["localhost:8000"], "takes the http:// or https:// URL"),
        (["http://[/"], "takes the http:// or https:// URL"),
        (["http://sse.test/", "--direct", "ftp://sse.test/"], "takes the http:// or https:// URL"),
        (["http://sse.test/", "--timeout", "0"], "--timeout"),
        (["http://sse.test/", "--timeout", "nan"], "--timeout"),
        (["http://sse.test/", "--success-rate", "101"], "--success-rate"),
        (["http://sse.test/", "--concurrency", "0"], "--concurrency"),
        (["http://sse.test/", "--header", "secret"], "no colon"),
        (["http://sse.test/", "--header", "a b: c"], "'a b'"),
        (["http://me:pass@sse.test/", "--header", "Authorization: b"], "leave one of them out"),
        (["http://sse.test/", "--header", "a: b\nc: d"], "one line"),
        (["http://sse.test/", "--output", "/nowhere/at/all/probe.json"], "no folder"),
    ],
)
def test_what_makes_no_sense_exits_with_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", *arguments]) == 2
    assert words in capsys.readouterr().err
