"""A test can give the server a part that is broken in one way, and the server then is broken in that way only."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ssechaos.server import Connection, Replay, Resume


class OneTooLate(Replay):
    def after(self, last_event_id: str | None) -> Resume:
        resume = super().after(last_event_id)
        return replace(resume, cursor=resume.cursor + 1) if last_event_id else resume


class Corrupting(Connection):
    async def write(self, event: Any) -> None:
        await super().write(replace(event, data=event.data.replace("a", "b")) if event.id == "2" else event)


class Twice(Connection):
    async def write(self, event: Any) -> None:
        await super().write(event)
        if event.id == "2":
            await super().write(event)


class Silent(Connection):
    async def heartbeat(self) -> None:
        pass


def test_a_replay_that_resumes_one_too_late(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert (await visitor.read("stream=a&events=4&interval=0")).ids == [1, 2, 3, 4]
        assert (await visitor.read("stream=a", last="1")).ids == [3, 4]

    visit(story, replay=OneTooLate)


def test_a_writer_that_corrupts(visit: Any, notes: Any) -> None:
    async def story(visitor: Any) -> None:
        reading = await visitor.read("events=3&interval=0")
        same = [notes.emitted_data[int(event.id)] == event.data for event in reading.of("content_chunk")]
        assert same == [True, False, True]

    visit(story, connection=Corrupting)


def test_a_writer_that_repeats(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert (await visitor.read("events=3&interval=0")).ids == [1, 2, 2, 3]

    visit(story, connection=Twice)


def test_a_server_without_heartbeats(visit: Any) -> None:
    async def story(visitor: Any) -> None:
        assert not (await visitor.read("events=2&interval=60")).of("heartbeat")

    visit(story, connection=Silent)
