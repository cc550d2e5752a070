from __future__ import annotations

import asyncio
import math
import threading
import time
import weakref
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.networks.simulated import Deadlock, Livelock, OutsideWorld, run


def now() -> float:
    return asyncio.get_running_loop().time()


def test_time_starts_at_zero() -> None:
    async def main() -> float:
        return now()

    assert run(main()) == 0.0


def test_a_sleep_takes_its_time_and_no_other() -> None:
    async def main() -> float:
        await asyncio.sleep(35)
        await asyncio.sleep(7 * 3600)
        return now()

    began = time.perf_counter()
    assert run(main()) == 35 + 7 * 3600
    assert time.perf_counter() - began < 1


def test_the_clock_stands_exactly_on_the_deadline() -> None:
    async def main() -> list[float]:
        seen: list[float] = []
        loop = asyncio.get_running_loop()
        for deadline in (0.1, 0.3, 1e6 + 0.7):
            loop.call_at(deadline, lambda: seen.append(now()))
        await asyncio.sleep(2e6)
        return seen

    assert run(main(), limit=1e7) == [0.1, 0.3, 1e6 + 0.7]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), max_size=40))
def test_callbacks_run_by_deadline_and_then_in_the_order_they_were_set(deadlines: list[float]) -> None:
    async def main() -> list[tuple[float, int]]:
        seen: list[tuple[float, int]] = []
        loop = asyncio.get_running_loop()
        for number, deadline in enumerate(deadlines):
            loop.call_at(deadline, lambda *what: seen.append(what), deadline, number)
        await asyncio.sleep(10)
        return seen

    assert run(main()) == sorted((deadline, number) for number, deadline in enumerate(deadlines))


@given(st.floats(0.001, 90_000.0))
def test_no_timer_is_early_however_close_it_is_to_another(at: float) -> None:
    """Else a program that waits until its deadline would find that it has not come, again and again."""
    later = math.nextafter(at, math.inf)

    async def main() -> list[float]:
        loop, seen = asyncio.get_running_loop(), list[float]()
        for deadline in (later, at, later):
            loop.call_at(deadline, lambda: seen.append(now()))
        await asyncio.sleep(at + 1)
        return seen

    assert run(main(), limit=math.inf) == [at, later, later]


def test_cancelled_timers_do_not_move_the_clock() -> None:
    async def main() -> float:
        asyncio.get_running_loop().call_later(5, print).cancel()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await asyncio.sleep(100)
        return now()

    assert run(main()) == 2


def test_cancelled_timers_are_forgotten_long_before_they_are_due() -> None:
    """A program that sets a timeout for each event would fill the memory with them."""

    async def main() -> int:
        loop, timers = asyncio.get_running_loop(), list[weakref.ref[asyncio.TimerHandle]]()
        for _ in range(10_000):
            timer = loop.call_later(3600, print)
            timer.cancel()
            timers.append(weakref.ref(timer))
        return sum(timer() is not None for timer in timers)

    assert run(main()) < 300


def test_timers_that_are_not_cancelled_are_kept_among_many_that_are() -> None:
    async def main() -> list[float]:
        loop, seen = asyncio.get_running_loop(), list[float]()
        for number in range(2000):
            timer = loop.call_at(2000 - number, lambda: seen.append(now()))
            if number % 100:
                timer.cancel()
        await asyncio.sleep(3000)
        return seen

    assert run(main()) == [float(at) for at in range(100, 2001, 100)]


def test_tasks_keep_their_order_in_sets() -> None:
    async def main() -> list[str]:
        tasks = [asyncio.create_task(asyncio.sleep(1), name=f"job {number}") for number in range(50)]
        done, _ = await asyncio.wait(tasks)
        return [task.get_name() for task in done]

    assert run(main()) == [f"job {number}" for number in range(50)]


def test_futures_keep_their_order_in_sets() -> None:
    async def main() -> list[int]:
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(50)]
        backwards = futures[::-1]
        return [futures.index(future) for future in set(backwards)]

    assert run(main()) == list(range(50))


def test_tasks_are_numbered_anew_in_every_run() -> None:
    async def main() -> str:
        return asyncio.create_task(asyncio.sleep(0)).get_name()

    assert [run(main()), run(main())] == ["Task-2", "Task-2"]


def test_call_soon_threadsafe_works_from_the_loops_own_thread() -> None:
    async def main() -> bool:
        called = asyncio.Event()
        asyncio.get_running_loop().call_soon_threadsafe(called.set)
        return await called.wait()

    assert run(main())


def test_another_thread_is_turned_away() -> None:
    async def main() -> list[Exception]:
        loop = asyncio.get_running_loop()
        errors: list[Exception] = []

        def call() -> None:
            try:
                loop.call_soon_threadsafe(print)
            except OutsideWorld as error:
                errors.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
        return errors

    [error] = run(main())
    assert "another thread" in str(error)


def test_a_closed_loop_takes_no_more_timers() -> None:
    async def main() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    with pytest.raises(RuntimeError, match="Event loop is closed"):
        run(main()).call_later(1, print)


def test_a_closed_loop_takes_no_more_calls() -> None:
    async def main() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    with pytest.raises(RuntimeError, match="Event loop is closed"):
        run(main()).call_soon(print)


def test_a_deadlock_says_who_waits_for_what() -> None:
    async def fetch(queue: asyncio.Queue[Any]) -> None:
        await queue.get()

    async def main() -> None:
        await asyncio.sleep(1.5)
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch(asyncio.Queue()), name="reader of an empty queue")

    with pytest.raises(Deadlock) as caught:
        run(main())
    message = str(caught.value)
    assert "At 1.500000 s nothing can run any more and no timer is set" in message
    assert "reader of an empty queue" in message
    assert "main (test_loop.py:" in message
    assert "Queue.get (queues.py:" in message


def test_a_program_past_its_time_limit_is_stopped() -> None:
    async def main() -> None:
        while True:  # noqa: ASYNC110  # what such a program is stopped for
            await asyncio.sleep(1)

    with pytest.raises(Livelock, match="still runs after 60 s of virtual time"):
        run(main(), limit=60)


def test_a_program_past_its_time_limit_may_still_clean_up() -> None:
    cleaned = []

    async def main() -> None:
        try:
            await asyncio.sleep(1000)
        finally:
            await asyncio.sleep(1)
            cleaned.append(now())

    with pytest.raises(Livelock):
        run(main(), limit=60)
    assert cleaned == [1001]


def test_polling_without_letting_time_pass_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssechaos.networks.simulated.loop._ROUNDS_AT_ONE_INSTANT", 1000)

    async def main() -> None:
        while True:  # noqa: ASYNC110  # as above
            await asyncio.sleep(0)

    with pytest.raises(Livelock, match=r"sleep\(0\) in a loop"):
        run(main())
