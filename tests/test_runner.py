"""How a run is played, in virtual time on the embedded network's proxy."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.errors import NetworkError, TargetError
from ssechaos.faults import Down, Latency, Reset, Stall
from ssechaos.model import Fault, History, Recorder, Scenario, Step, Workload
from ssechaos.model.entries import (
    Broken,
    Connect,
    Delivered,
    Done,
    Emitted,
    Ended,
    FaultBegan,
    FaultEnded,
    Misbehaved,
)
from ssechaos.networks import NETWORKS
from ssechaos.networks.simulated import run
from ssechaos.runner import CHECK_VIRTUAL_EVERY, play
from ssechaos.setups import Setup
from ssechaos.sources import ReferenceSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ssechaos.client import Application
    from ssechaos.model.entries import Entry


def story(*schedule: Step, **settings: Any) -> Scenario:
    settings.setdefault("workload", Workload(events=10, interval=0.1))
    return Scenario(name="story", does="for a test", schedule=schedule, **settings)


def played(scenario: Scenario, **setup: Any) -> History:
    return run(play(scenario, Setup(network=NETWORKS["embedded"](), **setup), seed=3))


def kinds(history: History) -> list[str]:
    return [entry.kind for entry in history.entries]


def test_a_run_without_faults_delivers_what_was_emitted_and_ends() -> None:
    history = played(story())
    assert [entry.sequence for entry in history.of(Emitted)] == list(range(1, 11))
    assert [e.sequence for e in history.of(Delivered) if e.sequence is not None] == list(range(1, 11))
    assert kinds(history)[-2:] == ["closed", "ended"] or kinds(history)[-1] == "ended"
    assert next(history.of(Ended)).reason == "finished"


def test_a_fault_of_the_first_moment_is_in_force_before_anybody_connects() -> None:
    order = kinds(played(story(Step(Latency(delay=0.05)))))
    assert order.index("fault_began") < order.index("connect")


def test_steps_begin_and_end_on_time_and_leave_evidence() -> None:
    history = played(story(Step(Stall(), 0.3, 0.7)))
    assert next(history.of(FaultBegan)).at == pytest.approx(0.3, abs=0.001)
    ended = next(history.of(FaultEnded))
    assert ended.at == pytest.approx(0.7, abs=0.001)
    assert ended.evidence["bytes_held"] > 0


def test_a_momentary_step_begins_and_ends_at_once() -> None:
    history = played(story(Step(Reset(), 0.5, 0.5)))
    assert next(history.of(FaultEnded)).at - next(history.of(FaultBegan)).at < 0.001
    assert next(history.of(Ended)).reason == "finished"


def test_faults_that_never_end_are_healed_before_the_run_is_over() -> None:
    order = kinds(played(story(Step(Latency(delay=0.01)))))
    assert order.index("fault_ended") < order.index("ended")


def test_the_deadline_stops_a_run_that_would_go_on() -> None:
    history = played(story(Step(Stall(), 0.2), deadline=5.0))
    assert next(history.of(Ended)).reason == "deadline"
    assert history.end == pytest.approx(5.0, abs=0.1)


def test_a_stopped_run_heals_and_says_that_it_was_interrupted() -> None:
    async def interrupted() -> History:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.4, stop.set)
        return await play(story(Step(Down(), 0.2)), Setup(network=NETWORKS["embedded"]()), stop=stop)

    history = run(interrupted())
    assert next(history.of(Ended)).reason == "interrupted"
    assert "fault_ended" in kinds(history)


def test_the_listener_is_told_each_entry_as_it_happens() -> None:
    told: list[Entry] = []
    history = run(play(story(), Setup(network=NETWORKS["embedded"]()), listener=told.append))
    assert tuple(told) == history.entries


def test_the_same_seed_gives_the_same_history() -> None:
    scenario = story(Step(Latency(delay=0.02, jitter=0.02)), Step(Reset(), 0.5, 0.5))
    assert list(played(scenario).to_lines()) == list(played(scenario).to_lines())


class _Crashing:
    async def run(self, _url: str, application: Application, _policy: object, _rng: object) -> None:
        application.connecting(0, None)
        raise ZeroDivisionError("a bug of the client")


def test_a_client_that_crashes_is_its_own_fault_and_not_the_end_of_the_harness() -> None:
    history = played(story(), client=_Crashing, client_name="crashing")
    assert "ZeroDivisionError" in next(history.of(Misbehaved)).message
    assert next(history.of(Ended)).reason == "finished"
    assert next(history.of(Connect)).client == "c1"


@dataclass
class _DyingNetwork:
    """A network that breaks half a second after it was opened."""

    name: str = "dying"
    virtual: bool = True

    def unavailable(self) -> str | None:
        return None

    def refuses(self, _: Fault) -> str | None:
        return None

    def models(self, fault: Fault) -> bool:
        return fault.modelled

    @asynccontextmanager
    async def open(self, upstream: Any, record: Recorder, seed: str) -> AsyncIterator[Any]:
        async with NETWORKS["embedded"]().open(upstream, record, seed) as path:
            yield _DyingPath(path, record)


class _DyingPath:
    def __init__(self, path: Any, record: Recorder) -> None:
        self._path = path
        self._record = record
        self.url = path.url

    async def begin(self, number: int, step: Step) -> None:
        await self._path.begin(number, step)

    async def end(self, number: int) -> Any:
        return await self._path.end(number)

    async def check(self) -> None:
        if self._record.now() > 0.5:
            raise NetworkError("the proxy is gone")


def test_a_network_that_dies_in_a_run_is_an_entry() -> None:
    history = run(play(story(workload=Workload(events=30, interval=1.0)), Setup(network=_DyingNetwork())))
    broken = next(history.of(Broken))
    assert broken.where == "network"
    assert "the proxy is gone" in broken.message
    assert broken.at == CHECK_VIRTUAL_EVERY
    assert not list(history.of(Done))


def test_a_network_that_dies_just_before_the_end_is_an_entry_too() -> None:
    history = run(play(story(workload=Workload(events=2, interval=0.6)), Setup(network=_DyingNetwork())))
    assert list(history.of(Done))
    assert "the proxy is gone" in next(history.of(Broken)).message
    assert not list(history.of(Ended))


class _DeadTarget(ReferenceSource):
    @asynccontextmanager
    async def open(self, *_: object) -> AsyncIterator[Any]:
        raise TargetError("nobody is there")
        yield


def test_a_target_that_does_not_stream_is_an_entry() -> None:
    history = played(story(), source=_DeadTarget())
    assert next(history.of(Broken)).where == "target"


class _SlowToEnd(NETWORKS["embedded"]):  # type: ignore[misc] - a class made by its registry's factory type
    virtual = True

    @asynccontextmanager
    async def open(self, upstream: Any, record: Recorder, seed: str) -> AsyncIterator[Any]:
        async with super().open(upstream, record, seed) as path:
            end = path.end

            async def slowly(number: int) -> Any:
                await asyncio.sleep(0.5)
                return await end(number)

            path.end = slowly
            yield path


def test_a_step_that_is_just_ending_when_the_run_ends_still_leaves_its_evidence() -> None:
    history = run(play(story(Step(Latency(delay=0.01), 0.0, 0.7)), Setup(network=_SlowToEnd())))
    assert kinds(history).count("fault_ended") == 1
    assert next(history.of(Ended)).reason == "finished"
