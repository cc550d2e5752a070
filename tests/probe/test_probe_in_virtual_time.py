"""Whole probes: real aiohttp servers behind the real fault proxy, in virtual time."""

from __future__ import annotations

import asyncio
import json
import zlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from ssechaos.faults import Buffering, IdleTimeout
from ssechaos.model import ServerSettings
from ssechaos.networks.simulated import run
from ssechaos.probe import Certainty, Layer, Limits, Request, document, probe, text, verdict
from ssechaos.server import ReferenceServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    Probed = Callable[..., Any]
    Scripted = Callable[..., Any]


def reference() -> ReferenceServer:
    """A server that does all right, whose stream outlasts the probe."""
    return ReferenceServer(ServerSettings(heartbeat_interval=5.0))


def event(number: int) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (number, b"x" * 300)


def ticking(every: float = 0.2, first: int = 1) -> list[bytes | float]:
    """Writes and waits of a stream that goes on for a minute."""
    return [step for number in range(first, int(60 / every)) for step in (event(number), every)]


def test_a_good_server_is_one_to_proceed_with(probed: Probed) -> None:
    seen = probed(reference)
    assert (seen.name, seen.kinds) == ("PROCEED", [])
    assert seen.seen.resumed is not None
    assert len(seen.seen.through) == 3
    assert all(len(it.events) > 120 for it in seen.seen.through)


def test_a_buffer_is_found_without_any_help(probed: Probed) -> None:
    seen = probed(reference, Buffering(hold=8192))
    found = seen.found["buffering"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.LIKELY, Layer.UNKNOWN)
    assert found.measured["burst_bytes"] == pytest.approx(8192, rel=0.1)


def test_the_direct_stream_proves_who_buffers(probed: Probed) -> None:
    found = probed(reference, Buffering(hold=8192), direct=True).found["buffering"]
    assert (found.certainty, found.layer) == (Certainty.CERTAIN, Layer.BETWEEN)
    assert "disregarded" in found.cure


def test_a_buffer_that_heeds_the_header_is_none(probed: Probed) -> None:
    assert probed(reference, Buffering.nginx(), direct=True).name == "PROCEED"


def test_a_buffer_that_never_fills_gives_no_answer(probed: Probed) -> None:
    seen = probed(reference, Buffering.cloudflare(), direct=True)
    found = seen.found["buffering"]
    assert (seen.name, found.layer) == ("PUNT", Layer.BETWEEN)
    assert "no event came within 25.0 s; around it, the first came after 0.0 s" in found.cause


def test_a_server_that_gathers_is_the_layer_at_fault(probed: Probed, scripted: Scripted) -> None:
    whole = b"".join(event(number) for number in range(1, 1000))
    pieces = [whole[place : place + 4096] for place in range(0, len(whole), 4096)]
    seen = probed(lambda: scripted(*(step for piece in pieces for step in (1.0, piece))), direct=True)
    found = seen.found["buffering"]
    assert (seen.name, found.layer) == ("PUNT", Layer.SERVER)


def test_a_cut_after_30_s_of_silence_shows_in_a_probe_of_25_s(probed: Probed, scripted: Scripted) -> None:
    seen = probed(lambda: scripted(event(1), event(2), 300.0), IdleTimeout(idle=30.0), direct=True)
    found = seen.found["idle_cut"]
    assert (seen.name, found.certainty, found.layer) == ("PUNT", Certainty.CERTAIN, Layer.BETWEEN)
    assert "cut after 30.0 s of silence (as cloudfront" in found.cause
    assert "heartbeats every 15 s" in found.cure


def test_heartbeats_keep_such_a_stream_alive(probed: Probed) -> None:
    assert probed(reference, IdleTimeout(idle=6.0)).name == "PROCEED"
    assert probed(reference, IdleTimeout(idle=0.1)).name == "PUNT"


def test_a_silent_stream_that_nobody_cuts_is_warned_of(probed: Probed, scripted: Scripted) -> None:
    seen = probed(lambda: scripted(event(1), 1.0, event(2), 300.0))
    assert (seen.name, seen.kinds) == ("PROCEED", ["no_heartbeats", "not_resumed"])


def test_a_limit_on_the_whole_time_is_found(probed: Probed, scripted: Scripted) -> None:
    seen = probed(lambda: scripted(*ticking()), IdleTimeout(idle=None, total=15.0), direct=True)
    found = seen.found["cut"]
    assert (seen.name, found.layer) == ("PUNT", Layer.BETWEEN)
    assert "after 15.0 s while it was sending (as envoy-route" in found.cause


def test_a_last_event_id_that_is_ignored_is_told(probed: Probed, scripted: Scripted) -> None:
    seen = probed(lambda: scripted(*ticking()))
    assert (seen.name, seen.kinds) == ("PROCEED", ["not_resumed"])
    assert "the stream began again at 1" in seen.found["not_resumed"].cause


def test_compression_that_does_not_flush_is_told_from_a_buffer(probed: Probed) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        packs = "gzip" in request.headers["Accept-Encoding"]
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        if packs:
            response.headers["Content-Encoding"] = "gzip"
        await response.prepare(request)
        pack = zlib.compressobj(wbits=31)
        for number in range(1, 100):
            await response.write(pack.compress(event(number)) if packs else event(number))
            await asyncio.sleep(0.1)
        await response.write(pack.flush() if packs else b": end\n\n")
        return response

    found = probed(lambda: handle).found["buffering"]
    assert found.certainty is Certainty.CERTAIN
    assert "compression (gzip) holds events back" in found.cause


def test_compression_that_flushes_is_only_noted(probed: Probed) -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Content-Encoding": "gzip"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        pack = zlib.compressobj(wbits=31)
        for number in range(1, 100):
            await response.write(pack.compress(event(number)) + pack.flush(zlib.Z_SYNC_FLUSH))
            await asyncio.sleep(0.1)
        return response

    seen = probed(lambda: handle)
    assert seen.name == "PROCEED"
    assert "compressed" in seen.kinds


def answering(status: int, body: str = "", kind: str = "text/plain") -> Any:
    async def handle(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind)

    return handle


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (answering(401), "not_authorized"),
        (answering(200, "<html>", "text/html"), "not_sse"),
        (answering(503), "gateway_error"),
        (answering(404), "wrong_status"),
    ],
)
def test_what_is_no_stream_leaves_it_open(probed: Probed, handler: Any, kind: str) -> None:
    seen = probed(lambda: handler)
    assert (seen.name, seen.kinds) == ("INCONCLUSIVE", [kind])


def test_a_server_that_takes_two_clients_only_is_found(probed: Probed, scripted: Scripted) -> None:
    opened: list[None] = []
    stream = scripted(*ticking())

    async def handle(request: web.Request) -> web.StreamResponse:
        opened.append(None)
        return web.Response(status=429) if len(opened) == 3 else await stream(request)

    seen = probed(lambda: handle)
    assert seen.name == "PUNT"
    assert "only 2 of 3" in seen.found["concurrency"].cause


@asynccontextmanager
async def speaking(said: bytes) -> AsyncIterator[str]:
    """Something that answers everything with the same bytes and hangs up."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


@pytest.mark.parametrize(("said", "kind"), [(b"", "closed_without_answer"), (b"220 smtp\r\n", "not_http")])
def test_what_speaks_no_http_leaves_it_open(probed: Probed, said: bytes, kind: str) -> None:
    seen = probed(lambda: speaking(said))
    assert (seen.name, seen.kinds) == ("INCONCLUSIVE", [kind])


def alone(url: str, **options: Any) -> Any:
    async def program() -> Any:
        return verdict(await probe(Request(url=url, **options), lambda line: None))

    return run(program())


@pytest.mark.parametrize(
    ("url", "kind"), [("http://127.0.0.1:9/", "nothing_listening"), ("http://nowhere.test/", "dns")]
)
def test_nothing_there_leaves_it_open(url: str, kind: str) -> None:
    concluded = alone(url)
    assert concluded.recommendation.name == "INCONCLUSIVE"
    assert concluded.reason.kind == kind


def test_a_host_that_takes_nothing_leaves_it_open() -> None:
    async def program() -> Any:
        server: Any = await asyncio.get_running_loop().create_server(asyncio.Protocol, "127.0.0.1", 80)
        server.set_gate("hang")
        return verdict(await probe(Request(url="http://127.0.0.1/"), lambda line: None))

    assert run(program()).reason.kind == "connect_timeout"


async def redirecting(request: web.Request) -> web.StreamResponse:
    """Leads to a stream, and keeps what came along."""
    if request.path != "/there":
        raise web.HTTPFound("/there?secret=1")
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in range(1, 10):
        await response.write(event(number))
        await asyncio.sleep(1)
    return response


async def going_round(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound("/stream")


def test_redirects_are_followed_but_not_for_ever(probed: Probed) -> None:
    assert probed(lambda: redirecting).name == "PROCEED"
    assert probed(lambda: going_round).kinds == ["redirect_loop"]


def test_progress_is_told_every_five_seconds(probed: Probed) -> None:
    lines: list[str] = []
    probed(reference, lines=lines)
    assert lines[0] == "opening 3 streams at once, listening for 25 s"
    assert lines[1] == "   5 s  3 of 3 streams open, 75 events, silent for 0.2 s"
    assert len(lines) == 1 + 5 + 1


def test_the_same_probe_says_the_same_again(probed: Probed) -> None:
    def told() -> str:
        seen = probed(reference, Buffering(hold=8192))
        return json.dumps([document(seen.seen, seen.concluded), text(seen.seen, seen.concluded)])

    def without_port(told: str) -> str:
        return told.replace("127.0.0.1", "")

    assert without_port(told()) == without_port(told())


def test_a_shorter_timeout_is_kept(probed: Probed) -> None:
    seen = probed(reference, limits=Limits(timeout=3.0, concurrency=1))
    assert seen.name == "PROCEED"
    assert seen.seen.main.ended_at == pytest.approx(3.0, abs=0.1)
