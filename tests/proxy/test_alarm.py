"""Timers that come in time: on a real event loop, whose selector alone would be late."""

from __future__ import annotations

import asyncio
import selectors
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from ssechaos.networks import simulated
from ssechaos.proxy import Proxy, alarm
from ssechaos.proxy.alarm import Alarm

linux = pytest.mark.skipif(sys.platform != "linux", reason="a timerfd is Linux's")


class Deaf(selectors.EpollSelector):
    """Does not wake by itself when a timer is due, only for a file that is ready."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout else timeout)


def calls(delays: list[float], loop: asyncio.AbstractEventLoop | None = None) -> list[tuple[float, float]]:
    """When each timer was due and when it was called, in the order of the calls."""

    async def main() -> list[tuple[float, float]]:
        running, timers = asyncio.get_running_loop(), Alarm()
        found: list[tuple[float, float]] = []
        over = asyncio.Event()

        def called(due: float) -> None:
            found.append((due, running.time()))
            if len(found) == len(delays):
                over.set()

        now = running.time()
        for delay in delays:
            timers.call_at(now + delay, lambda due=now + delay: called(due))  # type: ignore[misc]
        await over.wait()
        timers.close()
        return found

    with asyncio.Runner(loop_factory=None if loop is None else lambda: loop) as runner:
        return runner.run(main())


@linux
@pytest.mark.timeout(10)
@pytest.mark.parametrize("delays", [[0.0105], [0.03, 0.01, 0.02], [0.01, 0.01, 0.05], [-1.0, 0.01]])
def test_the_alarm_itself_wakes_the_loop_for_each_timer_and_never_early(delays: list[float]) -> None:
    found = calls(delays, asyncio.SelectorEventLoop(Deaf()))
    assert [due for due, _ in found] == sorted(due for due, _ in found)
    assert all(at >= due for due, at in found)


@linux
def test_without_a_file_descriptor_timers_come_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarm, "_libc", lambda: Mock(timerfd_create=Mock(return_value=-1)))
    assert len(calls([0.02, 0.01])) == 2


def open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()])


@linux
def test_nothing_is_left_of_an_alarm_that_was_closed() -> None:
    before = open_files()
    calls([0.001])
    assert open_files() == before


@linux
async def test_a_proxy_that_is_cancelled_while_it_closes_leaves_no_timerfd() -> None:
    before = open_files()
    proxy = Proxy(("127.0.0.1", 1))
    await proxy.__aenter__()
    proxy.call_at(asyncio.get_running_loop().time() + 60, lambda: None).cancel()
    closing = asyncio.create_task(proxy.__aexit__(None, None, None))
    proxy._all_gone.clear()  # a connection that does not go: closing has to wait for it
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing
    assert open_files() == before


async def test_what_is_set_still_comes_when_the_alarm_was_closed() -> None:
    timers, over = Alarm(), asyncio.Event()
    timers.call_at(asyncio.get_running_loop().time() + 0.02, over.set)
    timers.close()
    async with asyncio.timeout(5):
        await over.wait()


def test_in_virtual_time_no_timer_is_late_anyway() -> None:
    async def main() -> float:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        Alarm().call_at(1.5, over.set)
        await over.wait()
        return loop.time()

    assert simulated.run(main()) == 1.5
