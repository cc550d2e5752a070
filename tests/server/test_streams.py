"""Named streams, unnamed streams, and how they end when nobody reads them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from ssechaos.model import ServerSettings


async def count_streams(visitor: Any) -> int:
    return int(json.loads(await visitor.text("/healthz"))["streams"])


def test_a_stream_goes_on_while_nobody_reads_it(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=10&interval=1") as reading:
            await reading.until(1)
        await asyncio.sleep(5.5)
        assert list(notes.emitted_data) == [1, 2, 3, 4, 5, 6]

    visit(story)


def test_two_readers_of_a_name_share_one_stream(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        one, two = await asyncio.gather(*(visitor.read("stream=a&events=5&interval=0.1") for _ in range(2)))
        assert one.raw == two.raw

    visit(story)
    assert len(notes.emitted_data) == 5


def test_a_later_request_does_not_change_the_workload(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=2&interval=0")
        assert (await visitor.read("stream=a&events=9&interval=0")).ids == [1, 2]

    visit(story)


def test_streams_with_different_names_know_nothing_of_each_other(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        one = await visitor.read("stream=a&events=2&interval=0")
        other = await visitor.read("stream=b&events=3&interval=0")
        assert (one.ids, other.ids) == ([1, 2], [1, 2, 3])
        assert one.events[0].data != other.events[0].data

    visit(story)


def test_an_unread_stream_is_dropped_after_an_hour(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=2&interval=0")
        await asyncio.sleep(3590)
        assert await count_streams(visitor) == 1
        await asyncio.sleep(11)
        assert await count_streams(visitor) == 0

    visit(story)


def test_a_dropped_stream_emits_no_more(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=100&interval=1"):
            pass
        await asyncio.sleep(60)

    visit(story, ServerSettings(idle_stream_seconds=10.5))
    assert len(notes.emitted_data) == 11


def test_a_reader_keeps_a_stream_from_being_dropped(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=2&interval=100"):
            await asyncio.sleep(5)
        await asyncio.sleep(5)
        assert (await visitor.read("stream=a", last="1")).ids == [2]

    visit(story, ServerSettings(idle_stream_seconds=10))


def test_an_id_of_a_dropped_stream_is_unknown_to_its_successor(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=3&interval=0")
        await asyncio.sleep(11)
        again = await visitor.read("stream=a&events=3&interval=1", last="3")
        assert json.loads(again.events[0].data)["reason"] == "unknown_id"
        assert again.ids == [1, 2, 3]

    visit(story, ServerSettings(idle_stream_seconds=10))


def test_an_unnamed_stream_goes_with_its_connection(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("events=5&interval=10"):
            assert await count_streams(visitor) == 1
        await asyncio.sleep(1)
        assert await count_streams(visitor) == 0

    visit(story)


def test_an_unnamed_stream_goes_on_where_its_client_left(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        whole = await visitor.read("events=6&interval=0", X_Trace_ID="t")
        rest = await visitor.read("events=6&interval=0", last="4", X_Trace_ID="t")
        assert rest.events == whole.events[4:]
        none = await visitor.read("events=6&interval=0", last="6")
        assert [event.event for event in none.events] == ["complete"]

    visit(story)


def test_an_unnamed_stream_tells_an_unknown_id(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        for strange in ("7", "x"):
            reading = await visitor.read("events=6&interval=0", last=strange)
            assert json.loads(reading.events[0].data)["reason"] == "unknown_id"
            assert reading.ids == [1, 2, 3, 4, 5, 6]

    visit(story)


def test_the_number_of_streams_is_bounded(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        for name in "ab":
            await visitor.read(f"stream={name}&events=1&interval=0")
        async with visitor.opening("stream=c") as refused:
            assert refused.response.status == 503
            assert refused.response.headers["Retry-After"] == "1"
            assert "2 streams" in (await refused.response.json())["error"]
        assert (await visitor.read("stream=a")).ids == [1]

    visit(story, ServerSettings(max_streams=2))
    assert notes.requests[2] == (3, None, 503)


def test_a_closing_server_begins_no_stream(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.server._streams.close()
        async with visitor.opening("stream=new") as refused:
            assert refused.response.status == 503
            assert "shutting down" in (await refused.response.json())["error"]

    visit(story)
