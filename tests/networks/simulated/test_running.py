from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import UsageError
from ssechaos.networks.simulated import Deadlock, run

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


def test_the_result_of_the_program_is_returned() -> None:
    async def main() -> str:
        return "done"

    assert run(main()) == "done"


def test_the_error_of_the_program_is_raised() -> None:
    async def main() -> None:
        raise LookupError("from inside")

    with pytest.raises(LookupError, match="from inside"):
        run(main())


def test_tasks_that_are_left_are_cancelled_oldest_first() -> None:
    cancelled = []

    async def linger(name: int) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(name)

    async def main() -> None:
        main.tasks = [asyncio.create_task(linger(number)) for number in range(5)]  # type: ignore[attr-defined]
        await asyncio.sleep(0)

    run(main())
    assert cancelled == [0, 1, 2, 3, 4]


def test_asynchronous_generators_that_are_left_are_closed() -> None:
    closed = []

    async def count() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    async def main() -> None:
        main.numbers = count()  # type: ignore[attr-defined]
        await anext(main.numbers)  # type: ignore[attr-defined]

    run(main())
    assert closed == [True]


def test_the_loop_is_closed_even_after_a_deadlock() -> None:
    loops = []

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        await asyncio.Event().wait()

    with pytest.raises(Deadlock):
        run(main())
    assert loops[0].is_closed()


def test_the_seed_decides_what_libraries_draw_at_random() -> None:
    async def main() -> float:
        return random.random()  # it stands for a library that draws

    assert run(main(), seed=1) == run(main(), seed=1)
    assert run(main(), seed=1) != run(main(), seed=2)


def test_the_random_module_is_left_as_it_was() -> None:
    async def main() -> float:
        return random.random()  # it stands for a library that draws

    state = random.getstate()
    run(main(), seed=1)
    assert random.getstate() == state


async def test_a_simulation_does_not_nest_in_a_running_loop() -> None:
    with pytest.raises(UsageError, match="inside a running event loop"):
        run(asyncio.sleep(0))
