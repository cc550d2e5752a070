"""Any server by its URL: what can be said before a run, and what makes one worthless."""

from __future__ import annotations

import socket
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ssechaos.errors import TargetError, UsageError
from ssechaos.faults import Reset, ServerRestart
from ssechaos.model import ClientPolicy, Recorder, Scenario, ServerSettings, Step
from ssechaos.recording import ServerRecorder
from ssechaos.target.source import Target

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SCENARIO = Scenario(name="story", does="for a test")
NOBODY = ServerRecorder(Recorder(lambda: 0.0))


def test_a_target_is_streamed_from_where_its_url_says() -> None:
    assert Target("http://localhost:81/events?x=1").path(SCENARIO) == "/events?x=1"
    assert Target("http://localhost:81").path(SCENARIO) == "/"


def test_reports_never_show_the_credentials_or_the_query_of_a_target() -> None:
    name = Target("http://me:secret@localhost:81/events?token=secret").name
    assert name == "http://…@localhost:81/events?…"


@pytest.mark.parametrize("url", ["", "localhost:80", "ftp://x/", "http://", "/stream"])
def test_what_is_no_http_url_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--target takes"):
        Target(url)


def test_what_needs_our_own_server_is_skipped_with_the_reason() -> None:
    target = Target("http://localhost:81/")
    killed = Scenario(name="x", does="", schedule=(Step(ServerRestart(), 1.0, 2.0),))
    assert "kills the server" in str(target.refuses(killed))
    small = Scenario(name="x", does="", server=ServerSettings(history=10))
    assert "history" in str(target.refuses(small))
    assert target.refuses(Scenario(name="x", does="", schedule=(Step(Reset(), 1.0, 1.0),))) is None


def test_how_soon_silence_means_trouble_is_the_clients_to_know_where_no_server_announces_it() -> None:
    target = Target("http://localhost:81/")
    quick = ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5)
    handoff = Scenario(name="x", does="", schedule=(Step(Reset(), 1.0, 1.0),), server=quick)
    assert target.refuses(handoff) is None
    assert target.policy(handoff).silence_threshold == 1.5
    assert target.policy(Scenario(name="x", does="")).silence_threshold == ClientPolicy().silence_threshold


def test_what_only_tries_the_servers_own_heartbeats_is_skipped() -> None:
    quiet = Scenario(name="x", does="", server=ServerSettings(heartbeat_interval=0.5))
    assert "heartbeat_interval" in str(Target("http://localhost:81/").refuses(quiet))


def answering(**response: Any) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(**response)

    return answer


async def look(handler: Callable[[web.Request], Awaitable[web.Response]]) -> str:
    """Open a target; returns where it is."""
    application = web.Application()
    application.router.add_get("/", handler)
    async with TestServer(application, host="127.0.0.1") as server:
        target = Target(str(server.make_url("/")))
        async with target.open(ServerSettings(), NOBODY, Random(1)) as upstream:
            return upstream.url


async def test_an_event_stream_is_opened() -> None:
    url = await look(answering(text="data: 1\n\n", content_type="text/event-stream"))
    assert url.startswith("http://127.0.0.1:")


async def test_a_page_is_no_event_stream() -> None:
    with pytest.raises(TargetError, match="Content-Type is text/html"):
        await look(answering(text="<p>", content_type="text/html"))


async def test_a_wrong_status_is_named() -> None:
    with pytest.raises(TargetError, match="answers 401 Unauthorized"):
        await look(answering(status=401))


async def test_a_redirect_to_another_origin_would_lead_around_the_faults() -> None:
    with pytest.raises(TargetError, match=r"redirects \(302\) to http://127.0.0.1:1/x, which is another origin"):
        await look(answering(status=302, headers={"Location": "http://127.0.0.1:1/x"}))


async def test_a_redirect_that_never_ends_is_named() -> None:
    with pytest.raises(TargetError, match="redirects more than 5 times"):
        await look(answering(status=302, headers={"Location": "/"}))


async def test_a_refused_connection_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        target = Target(f"http://127.0.0.1:{unused.getsockname()[1]}/")
        with pytest.raises(TargetError, match="can't be reached"):
            async with target.open(ServerSettings(), NOBODY, Random(1)):
                pass
