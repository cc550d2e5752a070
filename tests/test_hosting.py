"""Applications of others as the server under test, in virtual time."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.faults import LoseEvent, Reset, ServerRestart
from ssechaos.hosting import app_source
from ssechaos.model import ClientPolicy, Clients, Scenario, Step, Verdict, Workload, objectives
from ssechaos.runner import play_to_end
from ssechaos.search.pairs import setup_named

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ssechaos.model import Judgement

AIOHTTP = """
import asyncio
from aiohttp import web


async def stream(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    last = int(request.headers.get("Last-Event-ID", 0))
    for number in range(last + 1, int(request.query["events"]) + 1):
        await response.write(f"id: {number}\\ndata: event {number}\\n\\n".encode())
        await asyncio.sleep(float(request.query["interval"]))
    await response.write(b"event: complete\\ndata:\\n\\n")
    return response


def make():
    app = web.Application()
    app.router.add_get("/stream", stream)
    return app


app = make()
number = 7
"""

ASGI = """
async def app(scope, receive, send):
    assert scope["type"] == "http"
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    last = int(dict(scope["headers"]).get(b"last-event-id", b"0"))
    for number in range(last + 1, 5):
        body = f"id: {number}\\ndata: event {number}\\n\\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})
    await send({"type": "http.response.body", "body": b"event: complete\\ndata:\\n\\n", "more_body": False})
"""

CALM = Scenario(
    name="calm",
    does="nothing",
    workload=Workload(events=4, interval=0.1),
    objectives=objectives("completion_rate >= 1"),
    clients=Clients(policy=ClientPolicy(silence_threshold=2.0)),
    deadline=30.0,
)


@pytest.fixture(autouse=True)
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two servers in the working folder."""
    (tmp_path / "with_aiohttp.py").write_text(AIOHTTP)
    (tmp_path / "with_asgi.py").write_text(ASGI)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield
    for name in ("with_aiohttp", "with_asgi"):
        sys.modules.pop(name, None)


def played(server: str, *steps: Step) -> Judgement:
    return judge(play_to_end(replace(CALM, schedule=steps), setup_named(server=server), seed=1))


@pytest.mark.parametrize("name", ["with_aiohttp:app", "with_aiohttp:make"])
def test_an_aiohttp_application_streams_again_and_again(name: str) -> None:
    for _ in range(2):
        judgement = played(name)
        assert judgement.verdict is Verdict.PASS, judgement.reason
        assert judgement.measurements["delivered"] == 4


def test_its_connections_break_and_it_is_killed_and_started_again_at_the_same_address() -> None:
    judgement = played("with_aiohttp:make", Step(Reset(), 0.1, 0.1), Step(ServerRestart(), 1.1, 1.4))
    assert judgement.verdict is Verdict.PASS, judgement.reason
    assert judgement.measurements["reconnects"] >= 2


def test_the_stream_is_asked_for_with_the_workload() -> None:
    source = app_source("with_aiohttp:make")
    assert source.path(CALM) == "/stream?events=4&interval=0.1&size=200"
    assert (source.name, source.ground_truth) == ("with_aiohttp:make", "sequence")
    assert source.refuses(CALM) is None


def test_what_nobody_could_know_to_be_missing_is_not_lost() -> None:
    refused = app_source("with_aiohttp:make").refuses(replace(CALM, schedule=(Step(LoseEvent(), 0.0, 1.0),)))
    assert refused is not None
    assert "nobody can know" in refused


def test_an_asgi_application_streams_if_uvicorn_is_there() -> None:
    pytest.importorskip("uvicorn")
    judgement = played("with_asgi:app")
    assert judgement.verdict is Verdict.PASS, judgement.reason


def test_an_asgi_application_without_uvicorn_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with pytest.raises(UsageError, match="pip install uvicorn"):
        app_source("with_asgi:app")


def test_what_is_no_application_is_refused() -> None:
    with pytest.raises(UsageError, match="neither an aiohttp application nor an ASGI application"):
        app_source("with_aiohttp:number")
