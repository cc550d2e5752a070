from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest

from ssechaos.networks.simulated import Deadlock, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine


def account(program: Coroutine[Any, Any, Any]) -> list[str]:
    """What is said about the tasks of a program that hangs, one line each."""
    with pytest.raises(Deadlock) as caught:
        run(program)
    return str(caught.value).splitlines()[1:]


async def for_ever() -> None:
    await asyncio.Event().wait()


def test_each_pending_task_has_a_line_oldest_first() -> None:
    async def main() -> None:
        tasks = [asyncio.create_task(for_ever(), name=f"job {number}") for number in range(12)]
        await asyncio.gather(*tasks)

    names = [line.strip().partition(":")[0] for line in account(main())]
    assert names == ["Task-1", *(f"job {number}" for number in range(12))]


def test_the_calls_stand_in_order_with_file_and_line() -> None:
    async def main() -> None:
        await for_ever()

    [line] = account(main())
    assert line.count(" (test_diagnosis.py:") == 2
    assert "main (" in line.partition(" > ")[0]
    assert line.partition(" > ")[2].startswith("for_ever (")
    assert line.rpartition(" > ")[2].startswith("Event.wait (locks.py:")


def test_it_looks_into_asynchronous_generators() -> None:
    async def numbers() -> AsyncIterator[int]:
        await for_ever()
        yield 1

    async def main() -> None:
        async for _ in numbers():
            pass

    [line] = account(main())
    assert "numbers (" in line
    assert "Event.wait (" in line


def test_it_looks_into_objects_that_are_awaited() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_server(asyncio.Protocol, "localhost", 80)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout()) as session:
            await session.get("http://localhost/")

    [line] = account(main())
    assert "ClientSession._request (client.py:" in line
    assert "ClientResponse.start (" in line


def test_a_future_that_nobody_resolves_ends_the_line() -> None:
    async def main() -> None:
        await asyncio.get_running_loop().create_future()

    [line] = account(main())
    assert line.startswith("  Task-1: ")
    assert " > " not in line
