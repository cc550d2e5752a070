"""Clients whose opening takes the machine: no run begins while another one still opens."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.client import CLIENTS
from ssechaos.errors import ClientError
from ssechaos.model import Clients, Scenario, Verdict, Workload
from ssechaos.networks import NETWORKS
from ssechaos.session import Session
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from random import Random

    from ssechaos.client.base import Application, Reader
    from ssechaos.model import ClientPolicy


class SlowToOpen:
    """The reference client, each stream of which takes a while to open."""

    most = 3
    own_policy = False

    def __init__(self, *broken: int) -> None:
        """``broken``: which openings fail, counted from 1, the baseline's first."""
        self.seen: list[str] = []
        self._broken = broken

    def missing(self) -> str | None:
        return None

    def shared(self) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    @asynccontextmanager
    async def ready(self, url: str, policy: ClientPolicy, rng: Random) -> AsyncIterator[Reader]:
        place = self.seen.count("opening") + 1
        self.seen.append("opening")
        await asyncio.sleep(0.05 * place)
        if place in self._broken:
            raise ClientError("the machine is full")

        async def read(application: Application) -> None:
            self.seen.append("begun")
            await CLIENTS["reference"]().run(url, application, policy, rng)

        self.seen.append("open")
        yield read

    async def run(self, url: str, application: Application, policy: ClientPolicy, rng: Random) -> None:
        async with self.ready(url, policy, rng) as read:
            await read(application)


def story(name: str, count: int = 1) -> Scenario:
    made = Scenario(name=name, does="for a test", workload=Workload(events=3, interval=0.01), deadline=20.0)
    return replace(made, clients=Clients(count=count))


def verdicts(client: SlowToOpen, *scenarios: Scenario) -> list[Verdict]:
    setup = Setup(network=NETWORKS["embedded"](), client=lambda: client, sharing=client)
    with Session(setup, seed=1) as session:
        session.start(scenarios)
        return [session.result(scenario.name).judgement.verdict for scenario in scenarios]


def test_all_are_open_before_the_first_begins() -> None:
    client = SlowToOpen()
    assert verdicts(client, story("a"), story("b"), story("c")) == [Verdict.PASS] * 3
    after_baseline = client.seen[3:]
    assert sorted(after_baseline[:6]) == ["open"] * 3 + ["opening"] * 3
    assert after_baseline[6:] == ["begun"] * 3


def test_one_that_does_not_open_holds_up_nobody() -> None:
    assert verdicts(SlowToOpen(2), story("a"), story("b")) == [Verdict.INVALID, Verdict.PASS]


def test_one_that_is_not_played_holds_up_nobody() -> None:
    assert verdicts(SlowToOpen(), story("crowd", count=4), story("b")) == [Verdict.SKIPPED, Verdict.PASS]


def test_no_more_pages_than_the_machine_bears_are_open_at_once() -> None:
    client = SlowToOpen()
    assert verdicts(client, *map(story, "abcd")) == [Verdict.PASS] * 4
    assert client.seen[-3:] == ["opening", "open", "begun"]
