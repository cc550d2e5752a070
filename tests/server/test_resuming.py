"""Whenever connections break and for however long, a reader gets every event once or is told that it is gone."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssechaos.model import ServerSettings

EVENTS = 40
BREAKS = st.lists(
    st.tuples(st.integers(0, 8), st.floats(0, 1), st.sampled_from(["leave", "crash"])),
    max_size=8,
)
"""After how many events a connection breaks, for how many seconds, and how."""


@given(breaks=BREAKS, history=st.integers(1, 50))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_a_reader_that_resumes_misses_nothing_silently(visit: Any, breaks: list[Any], history: int) -> None:
    told: list[int] = []

    def take(reading: Any) -> None:
        for event in reading.events:
            if event.event == "gap":
                gap = json.loads(event.data)
                told.extend(range(gap["from"], gap["to"] + 1))
            elif event.id is not None:
                told.append(int(event.id))

    async def story(visitor: Any) -> None:
        query = f"stream=a&events={EVENTS}&interval=0.05"
        for count, away, how in breaks:
            async with visitor.opening(query, last=str(max(told, default=0))) as reading:
                while len(reading.events) < count and await reading.some():
                    pass
                if how == "crash":
                    await visitor.server.crash()
                    await visitor.server.restart()
            take(reading)
            await asyncio.sleep(away)
        take(await visitor.read(query, last=str(max(told, default=0))))

    visit(story, ServerSettings(history=history))
    assert told == list(range(1, EVENTS + 1))
