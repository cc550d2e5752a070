"""Runs that are opened together begin when all of them are ready."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest

from ssechaos.networks.containers.start import StartingLine
from ssechaos.networks.simulated import run as in_virtual_time


async def test_nobody_begins_while_one_is_being_started() -> None:
    line, begun = StartingLine(0.0), []
    slow = asyncio.Event()

    async def run(name: str, ready: asyncio.Event | None) -> None:
        with line.coming():
            if ready is not None:
                await ready.wait()
        await line.clear()
        begun.append(name)

    runs = [asyncio.create_task(run("slow", slow)), asyncio.create_task(run("fast", None))]
    await asyncio.sleep(0.01)
    assert begun == []
    slow.set()
    await asyncio.gather(*runs)
    assert sorted(begun) == ["fast", "slow"]


def test_they_begin_one_by_one() -> None:
    times: list[float] = []

    async def all_of_them() -> None:
        line, clock = StartingLine(0.02), asyncio.get_running_loop().time

        async def run() -> None:
            with line.coming():
                await asyncio.sleep(0)
            await line.clear()
            times.append(clock())

        await asyncio.gather(*(run() for _ in range(3)))

    in_virtual_time(all_of_them(), seed=1)
    assert [later - earlier for earlier, later in pairwise(times)] == [pytest.approx(0.02)] * 2


async def test_one_that_fails_to_start_keeps_nobody_waiting() -> None:
    line = StartingLine(0.0)
    with line.coming(), suppress(ZeroDivisionError), line.coming():
        _ = 1 / 0
    async with asyncio.timeout(1):
        await line.clear()
