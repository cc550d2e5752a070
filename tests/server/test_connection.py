"""One streaming response: headers, order, replay, heartbeats, gaps and the end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from ssechaos.model import ServerSettings, digest


def test_the_headers_say_what_a_client_and_a_proxy_need(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("events=1&interval=0") as reading:
            headers = reading.response.headers
            assert reading.response.status == 200
            assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
            assert headers["Cache-Control"] == "no-cache"
            assert headers["Connection"] == "keep-alive"
            assert headers["X-Accel-Buffering"] == "no"
            assert headers["X-Stream-Max-Seconds"] == "1000000"
            assert headers["X-Heartbeat-Interval"] == "7.5"
            assert headers["X-Silence-Threshold"] == "30"

    visit(story, ServerSettings(stream_max_seconds=1_000_000, heartbeat_interval=7.5))


def test_the_reconnection_time_comes_before_everything_else(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        first = await visitor.read("stream=a&events=2&interval=0")
        again = await visitor.read("stream=a", last="1")
        assert first.raw.startswith(b"retry: 2500\n\nevent: content_chunk\nid: 1\n")
        assert again.raw.startswith(b"retry: 2500\n\nevent: content_chunk\nid: 2\n")

    visit(story, ServerSettings(retry=2.5))


def test_a_stream_counts_from_one_and_completes(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        reading = await visitor.read("events=5&interval=0.1&size=300")
        assert reading.ids == [1, 2, 3, 4, 5]
        assert [event.event for event in reading.events] == ["content_chunk"] * 5 + ["complete"]
        assert reading.events[-1].id is None
        end = json.loads(reading.events[-1].data)
        assert (end["reason"], end["events"]) == ("finished", 5)
        assert all(297 <= len(event.data.encode()) <= 300 for event in reading.of("content_chunk"))
        assert [notes.emitted_data[n] for n in reading.ids] == [e.data for e in reading.of("content_chunk")]

    visit(story)
    assert notes.requests == [(1, None, 200)]
    assert notes.sent_events == [(1, n, "content_chunk", False) for n in range(1, 6)] + [
        (1, None, "complete", False)
    ]
    assert notes.ends == [(1, "complete")]


def test_chunks_keep_to_the_schedule_and_lateness_does_not_add_up(visit: Any) -> None:
    async def story(visitor: Any) -> list[float]:
        times = []
        async with visitor.opening("events=4&interval=0.25") as reading:
            for count in range(1, 6):
                await reading.until(count)
                times.append(asyncio.get_running_loop().time())
        return [time - times[0] for time in times]

    assert visit(story) == pytest.approx([0, 0.25, 0.5, 0.75, 0.75])


def test_every_event_carries_the_trace_id_of_the_request_that_began_the_stream(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        query = "stream=a&events=3&interval=0.4"
        first = await visitor.read(query, X_Trace_ID="trace-1")
        later = await visitor.read(query, last="1", X_Trace_ID="trace-2")
        for reading in (first, later):
            assert reading.response.headers["X-Trace-ID"] == "trace-1"
            assert {json.loads(event.data)["trace_id"] for event in reading.events} == {"trace-1"}
        assert {event.event for event in first.events} == {"content_chunk", "heartbeat", "complete"}

    visit(story, ServerSettings(heartbeat_interval=0.3))


def test_a_request_without_a_trace_id_is_given_one(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        one, two = [await visitor.read("events=1", X_Trace_ID="no good") for _ in range(2)]
        assert one.response.headers["X-Trace-ID"] != two.response.headers["X-Trace-ID"]
        assert len(one.response.headers["X-Trace-ID"]) == 16

    visit(story)


def test_a_replay_is_byte_for_byte_what_was_sent_first(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        first = await visitor.read("stream=a&events=20&interval=0.1")
        again = await visitor.read("stream=a")
        assert again.raw == first.raw
        tail = await visitor.read("stream=a", last="12")
        assert tail.raw == b"retry: 1000\n\n" + first.raw[first.raw.index(b"event: content_chunk\nid: 13\n") :]

    visit(story)


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_reader_that_comes_back_gets_what_it_missed_then_what_is_new(visit: Any, notes: Any, how: str) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=10&interval=0.1") as reading:
            await reading.until(3)
        await asyncio.sleep(0.25)
        if how == "header":
            rest = await visitor.read("stream=a&last_event_id=1", last="3")
        else:
            rest = await visitor.read("stream=a&last_event_id=3")
        assert rest.ids == [4, 5, 6, 7, 8, 9, 10]

    visit(story)
    replayed = [sequence for _, sequence, _, replayed in notes.sent_events if replayed]
    assert replayed == [4, 5]
    assert notes.requests == [(1, None, 200), (2, "3", 200)]
    assert notes.ends == [(1, "client_gone"), (2, "complete")]


def test_an_up_to_date_reader_of_a_finished_stream_gets_the_end_only(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=3&interval=0")
        rest = await visitor.read("stream=a", last="3")
        assert [event.event for event in rest.events] == ["complete"]

    visit(story)


def test_an_evicted_history_is_told_as_a_gap_without_id(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=10&interval=0.1", X_Trace_ID="t")
        rest = await visitor.read("stream=a", last="2")
        gap = rest.events[0]
        assert (gap.event, gap.id) == ("gap", None)
        assert json.loads(gap.data) == {"from": 3, "to": 6, "reason": "evicted", "trace_id": "t"}
        assert rest.ids == [7, 8, 9, 10]

    visit(story, ServerSettings(history=4))


@pytest.mark.parametrize("strange", ["abc", "99"])
def test_an_unknown_id_is_told_and_everything_kept_is_replayed(visit: Any, strange: str) -> None:
    async def story(visitor: Any) -> None:
        await visitor.read("stream=a&events=3&interval=0")
        rest = await visitor.read("stream=a", last=strange)
        assert json.loads(rest.of("gap")[0].data)["reason"] == "unknown_id"
        assert rest.ids == [1, 2, 3]

    visit(story)


def test_readers_that_join_at_any_time_get_every_event_once_and_in_order(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async def join(delay: float) -> list[int]:
            await asyncio.sleep(delay)
            reading = await visitor.read("stream=a&events=30&interval=0.01")
            return list(reading.ids)

        for ids in await asyncio.gather(*(join(number * 0.0037) for number in range(100))):
            assert ids == list(range(1, 31))

    visit(story)


def test_heartbeats_keep_to_the_schedule_whatever_the_chunks_do(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        reading = await visitor.read("events=3&interval=14")  # chunks at 0, 14 and 28 s
        order = [event.id or event.event for event in reading.events]
        assert order == ["1", "heartbeat", "2", "heartbeat", "3", "complete"]
        beats = [json.loads(event.data) for event in reading.of("heartbeat")]
        assert [beat["uptime_seconds"] for beat in beats] == [10, 20]
        assert [beat["events_sent"] for beat in beats] == [1, 2]
        assert [beat["heartbeat_count"] for beat in beats] == [1, 2]
        assert [beat["seconds_remaining"] for beat in beats] == [3590, 3580]
        assert all(event.id is None for event in reading.of("heartbeat"))

    visit(story)


def test_heartbeats_count_from_the_connection_and_uptime_from_the_stream(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("stream=a&events=2&interval=30"):
            await asyncio.sleep(4)
        reading = await visitor.read("stream=a", last="1")
        beats = [json.loads(event.data) for event in reading.of("heartbeat")]
        assert [(beat["uptime_seconds"], beat["heartbeat_count"]) for beat in beats] == [(14, 1), (24, 2)]

    visit(story)


def test_a_busy_stream_has_its_heartbeats_too(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        reading = await visitor.read("events=500&interval=0.1")
        assert [json.loads(event.data)["events_sent"] for event in reading.of("heartbeat")] == pytest.approx(
            [100, 200, 300, 400], abs=1
        )

    visit(story)


def test_the_duration_cap_ends_a_stream_on_time(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        began = asyncio.get_running_loop().time()
        reading = await visitor.read("stream=a&events=1000&interval=1.5")
        assert asyncio.get_running_loop().time() - began == pytest.approx(60)
        assert reading.ids == list(range(1, 41))
        assert json.loads(reading.events[-1].data)["reason"] == "duration_cap"
        late = await visitor.read("stream=a", last="39")
        assert [event.id for event in late.events] == ["40", None]
        assert json.loads(late.events[-1].data)["reason"] == "duration_cap"

    visit(story, ServerSettings(stream_max_seconds=60))


async def test_the_duration_cap_ends_a_stream_that_never_pauses(real_visit: Any) -> None:
    async with real_visit(ServerSettings(stream_max_seconds=0.1)) as visitor:
        reading = await visitor.read("events=1000000&interval=0&size=0")
        assert json.loads(reading.events[-1].data)["reason"] == "duration_cap"


def test_every_text_proves_itself(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        reading = await visitor.read("events=20&interval=0&size=999")
        for number, event in enumerate(reading.of("content_chunk"), start=1):
            value = json.loads(event.data)
            assert (value["seq"], value["digest"]) == (number, digest(value["text"]))

    visit(story)


def test_a_client_that_leaves_is_noticed_at_once(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        async with visitor.opening("events=2&interval=60"):
            await asyncio.sleep(1)
        await asyncio.sleep(0.1)
        assert notes.ends == [(1, "client_gone")]

    visit(story)
