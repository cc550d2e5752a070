"""A load on scripted servers, in virtual time: what it finds on each, and how late."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from ssechaos.load import Outcome, Plan, load, text
from ssechaos.networks.simulated import run
from ssechaos.server import ReferenceServer
from ssechaos.sse import Event, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/stream", handler)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/stream"
    finally:
        await runner.cleanup()


def scripted(*steps: Event | float) -> Handler:
    """A handler that sends events and waits seconds, in order, then ends the stream."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for step in steps:
            if isinstance(step, Event):
                await response.write(encode(step))
            else:
                await asyncio.sleep(step)
        return response

    return handle


def loaded(handler: Handler, **plan: Any) -> Outcome:
    async def program() -> Outcome:
        async with serving(handler) as url:
            return await load(Plan(url=url, **{"streams": 10, "duration": 10.0} | plan), Random(1), lambda _: None)

    return run(program())


def test_a_thousand_streams_of_the_reference_server_are_intact() -> None:
    lines: list[str] = []

    async def program() -> Outcome:
        async with ReferenceServer() as server:
            plan = Plan(url=f"{server.url}/stream?events=100&interval=1", streams=1000, duration=2.0)
            return await load(plan, Random(1), lines.append)

    outcome = run(program())
    told = outcome.document()
    assert outcome.exit_code == 0
    assert told["streams"]["intact"] == told["streams"]["opened"] == told["streams"]["lasted"] == 1000
    assert told["seconds"] == 12.0
    assert 5000 < told["events"] < 9000
    assert (told["missing"], told["repeated"], told["broken"]) == (0, 0, [])
    assert told["interval_seconds"]["p50"] == pytest.approx(1.0)
    assert told["delay_seconds"] == pytest.approx(
        {"behind": "an even pace", "mean": 0, "p50": 0, "p95": 0, "p99": 0, "max": 0}, abs=1e-5
    )
    assert lines[0] == "opening 1000 streams within 10 s"
    assert lines[1].startswith("   5 s  ")


def test_events_that_are_held_for_a_second_are_late_by_as_much() -> None:
    evenly = [step for _ in range(20) for step in (Event("x"), 0.1)]
    at_once = [1.0, *[Event("x")] * 10]
    outcome = loaded(scripted(*evenly, *at_once, *evenly, 60.0), ramp=0.0)
    assert outcome.document()["delay_seconds"]["max"] == pytest.approx(1.0, abs=0.05)
    assert outcome.document()["delay_seconds"]["p50"] == pytest.approx(0.0, abs=0.05)


def test_times_of_sending_are_used_where_events_have_them() -> None:
    now = 1_700_000_000.0
    events = [Event(f'{{"sent_at": {now + at}}}') for at in (0.0, 0.5, 5.0)]
    late = loaded(scripted(events[0], 0.75, events[1], 4.25, events[2], 60.0), ramp=0.0).document()[
        "delay_seconds"
    ]
    assert (late["behind"], late["max"]) == ("the times of sending in the events", pytest.approx(0.25))


def test_broken_streams_are_counted_by_their_fate_and_named() -> None:
    served = 0

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal served
        served += 1
        if served % 2:
            return await scripted(Event("x", id="1"), 0.1, Event("x", id="4"), 60.0)(request)
        if served == 2:
            return web.Response(status=503)
        return await scripted(Event("x", id="1"), 0.1)(request)

    outcome = loaded(handle)
    told = outcome.document()
    assert outcome.exit_code == 1
    counts = {
        name: told["streams"][name] for name in ("wanted", "opened", "intact", "lasted", "ended_early", "refused")
    }
    assert counts == {"wanted": 10, "opened": 9, "intact": 0, "lasted": 5, "ended_early": 4, "refused": 1}
    assert told["missing"] == 10
    assert "stream 2 refused after 0 events: the server answered 503" in text(outcome)
    assert "stream 1 lasted after 2 events: 2 ids missing, 0 repeated" in text(outcome)
    assert "✗ and 5 more" in text(outcome)


def test_a_connection_that_breaks_is_cut_and_not_opened_again() -> None:
    asked = 0

    async def handle(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        response = await scripted(Event("x"), 1.0)(request)
        assert request.transport is not None
        request.transport.abort()
        return response

    outcome = loaded(handle)
    assert (outcome.exit_code, outcome.document()["streams"]["cut"], asked) == (1, 10, 10)


def test_a_server_that_never_answers_opens_nothing() -> None:
    async def handle(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(3600)
        raise AssertionError

    outcome = loaded(handle)
    assert (outcome.exit_code, outcome.document()["streams"]["unreachable"]) == (3, 10)
    assert "first event  never" in text(outcome)


def test_nothing_listening_opens_nothing() -> None:
    async def program() -> Outcome:
        async with serving(scripted()) as url:
            pass
        return await load(Plan(url=url, streams=2, duration=1.0), Random(1), lambda _: None)

    outcome = run(program())
    assert (outcome.exit_code, outcome.document()["streams"]["unreachable"]) == (3, 2)
    assert "Connect" in outcome.document()["broken"][0]["trouble"]


def test_redirects_are_not_followed() -> None:
    async def handle(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://elsewhere.test/")

    assert loaded(handle).document()["streams"]["refused"] == 10


def test_what_a_server_says_is_made_safe_to_print() -> None:
    async def handle(_: web.Request) -> web.StreamResponse:
        return web.Response(headers={"Content-Type": "text/\u202ehtml"})

    said = text(loaded(handle))
    assert "\u202e" not in said
    assert all(line.isprintable() for line in said.splitlines())
