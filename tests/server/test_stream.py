"""One logical stream, without readers and responses around it."""

from __future__ import annotations

import asyncio
from typing import Any

from ssechaos.model import Workload
from ssechaos.networks.simulated import run
from ssechaos.server.ledger import NoLedger
from ssechaos.server.replay import Replay
from ssechaos.server.stream import DURATION_CAP, FAILED, FINISHED, SHUTDOWN, Ending, Stream


def stream(workload: Workload, max_seconds: float = 100, ledger: Any = None) -> Stream:
    return Stream(
        "s",
        workload,
        trace_id="t",
        max_seconds=max_seconds,
        replay=Replay(1000, 1),
        ledger=ledger or NoLedger(),
    )


async def play(workload: Workload, **settings: Any) -> tuple[Ending | None, int]:
    playing = stream(workload, **settings)
    playing.start()
    await playing.closed()
    return playing.ending, playing.replay.next - 1


def test_a_stream_finishes_when_all_is_emitted() -> None:
    assert run(play(Workload(events=7, interval=1))) == (FINISHED, 7)


def test_a_stream_ends_at_its_duration_cap() -> None:
    assert run(play(Workload(events=7, interval=1), max_seconds=3.5)) == (DURATION_CAP, 4)


def test_nothing_happens_before_the_start() -> None:
    async def main() -> None:
        waiting = stream(Workload(events=7, interval=1))
        await asyncio.sleep(10)
        assert (waiting.replay.next, waiting.age, waiting.seconds_remaining) == (1, 0, 100)
        waiting.start()
        await asyncio.sleep(2.5)
        assert (waiting.replay.next, waiting.age, waiting.seconds_remaining) == (4, 2.5, 97.5)
        waiting.stop(SHUTDOWN)
        await waiting.closed()

    run(main())


def test_a_second_start_changes_nothing() -> None:
    async def main() -> None:
        playing = stream(Workload(events=3, interval=1))
        playing.start()
        await asyncio.sleep(1.5)
        playing.start()
        await playing.closed()
        assert playing.replay.next == 4

    run(main())


def test_a_stopped_stream_keeps_its_first_ending() -> None:
    async def main() -> None:
        playing = stream(Workload(events=3, interval=1))
        playing.start()
        playing.stop(SHUTDOWN)
        playing.stop(FINISHED)
        await playing.closed()
        assert playing.ending == SHUTDOWN

    run(main())


def test_every_event_and_the_end_are_news() -> None:
    async def main() -> None:
        playing = stream(Workload(events=3, interval=1))
        playing.start()
        seen = 0
        with playing.followed() as news:
            while playing.ending is None:
                await news.wait()
                news.clear()
                seen += 1
        assert seen == 3  # the end comes together with the last event

    run(main())


def test_a_stream_that_can_not_go_on_ends_instead_of_hanging() -> None:
    class Full(NoLedger):
        def emitted(self, *_fact: object) -> None:
            raise OSError("no space left")

    async def main() -> None:
        playing = stream(Workload(events=3, interval=1), ledger=Full())
        playing.start()
        await playing.closed()
        assert playing.ending == FAILED
        assert isinstance(playing._producer.exception(), OSError)

    run(main())
