"""Whole runs against servers of others, as small as they come, on the embedded network."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

from ssechaos.client.callable import CallableClient
from ssechaos.faults import Reset
from ssechaos.model import Step
from ssechaos.model.entries import Broken, Delivered, Done, Dropped, Emitted, Requested, Sent

if TYPE_CHECKING:
    import pytest

    from conftest import Played
    from ssechaos.model import History

EVENTS = 8
RESET = Step(Reset(), 0.1, 0.1)
WHOLE = list(range(1, EVENTS + 1))


async def opened(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


async def written(request: web.Request, lines: list[str], *, every: float = 0.03) -> web.StreamResponse:
    """Write one event after another; a client that is gone is no reason to complain."""
    response = await opened(request)
    try:
        for line in lines:
            await response.write(f"{line}\n\n".encode())
            await asyncio.sleep(every)
    except ConnectionError:
        pass
    return response


async def numbered(request: web.Request) -> web.StreamResponse:
    after = int(request.headers.get("Last-Event-ID", 0))
    lines = [f"id: {n}\ndata: {n}" for n in range(after + 1, EVENTS + 1)]
    return await written(request, [*lines, "event: complete\ndata: {}"])


async def counted_in_its_data(request: web.Request) -> web.StreamResponse:
    after = int(request.headers.get("Last-Event-ID", "e0")[1:])
    lines = [f"id: e{n}\ndata: {json.dumps({'at': {'n': n}})}" for n in range(after + 1, EVENTS + 1)]
    return await written(request, [*lines, "event: end\ndata: bye"])


async def like_openai(request: web.Request) -> web.StreamResponse:
    if request.method != "POST" or not (await request.json())["stream"]:
        return web.Response(status=405)
    lines = [f"data: {json.dumps({'choices': [{'delta': {'content': f'w{n}'}}]})}" for n in range(EVENTS)]
    return await written(request, [*lines, "data: [DONE]"])


async def like_anthropic(request: web.Request) -> web.StreamResponse:
    if request.method != "POST" or request.headers.get("x-api-key") != "s3cret":
        return web.Response(status=401)
    words = ["event: content_block_delta\ndata: {}"] * 3
    lines = ["event: message_start\ndata: {}", 'event: ping\ndata: {"type": "ping"}', *words]
    return await written(request, [*lines, "event: message_stop\ndata: {}"])


def sequences(history: History, kind: type[Delivered | Emitted]) -> list[int]:
    return [entry.sequence for entry in history.of(kind) if entry.sequence is not None]


def ends(history: History) -> list[str]:
    return [entry.reason for entry in history.of(Dropped)]


async def test_a_stream_that_resumes_is_read_whole_through_a_break(play_against: Played) -> None:
    history = await play_against(numbered, RESET)
    assert sequences(history, Delivered) == sequences(history, Emitted) == WHOLE
    assert ends(history) == ["client_gone", "complete"]
    after = next(entry.sequence for entry in history.of(Sent) if entry.connection == 2)
    assert [request.last_event_id for request in history.of(Requested)] == [None, str(after - 1)]
    assert list(history.of(Done))
    assert history.conditions.ground_truth == "sequence"


async def test_a_stream_may_be_counted_in_its_data(play_against: Played) -> None:
    history = await play_against(counted_in_its_data, RESET, sequence="data:/at/n", until="event:end")
    assert sequences(history, Delivered) == sequences(history, Emitted) == WHOLE
    assert {entry.id for entry in history.of(Sent)} >= {"e1", f"e{EVENTS}"}
    assert list(history.of(Done))


async def test_a_post_as_openai_takes_it_is_read_to_its_end(play_against: Played) -> None:
    history = await play_against(like_openai, until="data:[DONE]", body='{"stream": true}')
    assert [len(list(history.of(kind))) for kind in (Delivered, Sent, Emitted)] == [EVENTS + 1, EVENTS + 1, 0]
    assert ends(history) == ["complete"]
    assert list(history.of(Done))


async def test_a_post_as_anthropic_takes_it_is_read_to_its_end(play_against: Played) -> None:
    history = await play_against(
        like_anthropic,
        until="event:message_stop",
        body="{}",
        header=("x-api-key: $KEY",),
        environment={"KEY": "s3cret"},
    )
    assert [entry.event for entry in history.of(Delivered)][-1] == "message_stop"
    assert ends(history) == ["complete"]
    assert list(history.of(Done))
    assert "s3cret" not in "\n".join(history.to_lines())


async def test_without_its_own_last_event_a_stream_is_not_complete(play_against: Played) -> None:
    history = await play_against(like_openai, body='{"stream": true}', deadline=0.8)
    assert not list(history.of(Done))
    assert ends(history)[0] == "server_end"


async def test_a_stream_without_end_may_be_counted(play_against: Played) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        return await written(request, [f"id: {n}\ndata: {n}" for n in range(1, 100)])

    history = await play_against(endless, events="5")
    assert sequences(history, Delivered) == sequences(history, Emitted) == [1, 2, 3, 4, 5]
    assert list(history.of(Done))
    assert ends(history) == ["complete"]


async def test_a_function_as_the_client_reads_to_the_same_end(play_against: Played) -> None:
    async def words(_: str):
        for word in ("a", "[DONE]", "b"):
            yield word

    history = await play_against(numbered, until="data:[DONE]", client=lambda: CallableClient(words))
    assert [entry.size for entry in history.of(Delivered)] == [1, 6]
    assert list(history.of(Done))


async def test_a_server_that_breaks_in_the_middle_is_seen_to(play_against: Played) -> None:
    async def breaking(request: web.Request) -> web.StreamResponse:
        if "Last-Event-ID" in request.headers:
            return await numbered(request)
        response = await opened(request)
        await response.write(b"id: 1\ndata: 1\n\n")
        assert request.transport is not None
        request.transport.abort()
        return response

    history = await play_against(breaking)
    assert sequences(history, Delivered) == WHOLE
    assert ends(history) == ["server_reset", "complete"]


async def test_a_redirect_within_the_target_leads_through_the_faults(play_against: Played) -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        if request.path == "/stream":
            raise web.HTTPTemporaryRedirect(f"http://{request.host}/moved{request.path_qs[7:]}")
        assert request.path_qs == "/moved?x=1"
        return await numbered(request)

    history = await play_against(moved, RESET)
    assert sequences(history, Delivered) == WHOLE
    assert len(list(history.of(Requested))) == 2


async def test_a_redirect_to_elsewhere_in_the_middle_of_a_run_breaks_it(play_against: Played) -> None:
    async def leaving(request: web.Request) -> web.StreamResponse:
        if "Last-Event-ID" in request.headers:
            raise web.HTTPFound("http://other.example/stream")
        return await numbered(request)

    history = await play_against(leaving, RESET)
    (broken,) = history.of(Broken)
    assert broken.where == "target"
    assert "http://other.example/stream" in broken.message
    assert history.end < 5


# --- witness ----------------------------------------------------------------------------------------------------


async def test_a_witness_says_what_was_sent_though_the_clients_connection_lost_it(play_against: Played) -> None:
    began = asyncio.get_running_loop().time()

    async def forgetful(request: web.Request) -> web.StreamResponse:
        """Goes on where it is, and not where a client was: what was sent in between is lost."""
        first = int((asyncio.get_running_loop().time() - began) / 0.03) + 1
        lines = [f"id: {n}\ndata: {n}" for n in range(first, 41)]
        return await written(request, [*lines, "event: complete\ndata: {}"])

    history = await play_against(forgetful, Step(Reset(), 0.3, 0.3), witness=True, deadline=2.0)
    emitted = sequences(history, Emitted)
    assert emitted == list(range(emitted[0], 41))
    assert set(emitted) - set(sequences(history, Delivered))
    assert history.conditions.ground_truth == "witness"
    assert history.conditions.options == ("--witness",)


async def test_a_witness_that_is_broken_comes_back(play_against: Played) -> None:
    asked: list[str | None] = []

    async def breaking(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Last-Event-ID"))
        if asked == [None, None]:  # the look was first, the witness is second
            response = await opened(request)
            await response.write(b"id: 1\ndata: 1\n\nid: 2\ndata: 2\n\n")
            assert request.transport is not None
            request.transport.abort()
            return response
        return await numbered(request)

    history = await play_against(breaking, witness=True)
    assert sequences(history, Emitted) == sequences(history, Delivered) == WHOLE
    assert "2" in asked
    assert not list(history.of(Broken))


async def test_a_witness_that_missed_something_is_none(play_against: Played) -> None:
    asked = 0

    async def skipping(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        if asked == 2:
            response = await opened(request)
            await response.write(b"id: 1\ndata: 1\n\n")
            assert request.transport is not None
            request.transport.abort()
            return response
        lines = [f"id: {n}\ndata: {n}" for n in range(4, 60)]
        return await written(request, lines, every=0.05)

    history = await play_against(skipping, witness=True)
    (broken,) = history.of(Broken)
    assert "the witness was away when the events 2 to 3 were sent" in broken.message


async def test_a_witness_that_is_refused_breaks_the_run(
    play_against: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssechaos.target.witness.PAUSE", 0.01)
    asked = 0

    async def only_once(request: web.Request) -> web.StreamResponse:
        nonlocal asked
        asked += 1
        return await numbered(request) if asked == 1 else web.Response(status=429)

    history = await play_against(only_once, witness=True)
    (broken,) = history.of(Broken)
    assert broken.where == "target"
    assert "the witness can't be kept: the target answers it 429" in broken.message
