"""Scenarios on the ``toxiproxy`` network, made by a real Toxiproxy and by our own API.

Each fault is played once on each of them, all at once, since they take real time.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest

from ssechaos.checkers import judge
from ssechaos.cli import main
from ssechaos.errors import UsageError
from ssechaos.faults import Bandwidth, Down, HalfOpen, Latency, Reset, ServerRestart, Slicer, Stall
from ssechaos.faults.base import Direction
from ssechaos.faults.discard import Discard
from ssechaos.faults.jitter import Jitter
from ssechaos.model import ClientPolicy, Clients, Scenario, ServerSettings, Step, Verdict, Workload
from ssechaos.model.entries import Broken, Closed, Delivered, Opened, Sent
from ssechaos.networks.toxics import binary, client
from ssechaos.networks.toxiproxy import ToxiproxyNetwork, network_at
from ssechaos.proxy.api import api_server
from ssechaos.runner import play
from ssechaos.setups import Setup

pytestmark = pytest.mark.skipif(client.missing() is not None, reason=f"NOT RUN: {client.missing()}")

ALIVE = ServerSettings(heartbeat_interval=0.2, silence_threshold=0.6, retry=0.1)
EAGER = Clients(policy=ClientPolicy(backoff=(0.1,)))
WORKLOAD = Workload(events=20, interval=0.03)
BULK = Workload(events=30, interval=0.01, size=1000)


@asynccontextmanager
async def real():
    if binary.missing():
        pytest.skip(f"NOT RUN: {binary.missing()}")
    yield ToxiproxyNetwork()


@asynccontextmanager
async def ours():
    async with api_server() as url:
        yield ToxiproxyNetwork(url)


STORIES = {
    "latency": ((Step(Latency(delay=0.1, jitter=0.02)),), WORKLOAD),
    "jitter": ((Step(Jitter(delay=0.0, jitter=0.1)),), WORKLOAD),
    "bandwidth": ((Step(Bandwidth(rate=30_000.0)),), BULK),
    "slicer": ((Step(Slicer(size=20)),), WORKLOAD),
    "stall": ((Step(Stall(), 0.1, 0.5),), WORKLOAD),
    "discard": ((Step(Discard(direction=Direction.DOWNSTREAM), 0.2, 1.0),), WORKLOAD),
    "down": ((Step(Down(), 0.2, 0.4),), WORKLOAD),
    "half_open": ((Step(HalfOpen(), 0.2, 1.0),), WORKLOAD),
    "server_restart": ((Step(ServerRestart(), 0.2, 0.4),), WORKLOAD),
    "latency and half_open": ((Step(Latency(delay=0.1)), Step(HalfOpen(), 0.3, 1.2)), WORKLOAD),
}


async def judged(network, *schedule, workload=WORKLOAD):
    scenario = Scenario(
        name="s",
        does="something",
        workload=workload,
        schedule=schedule,
        server=ALIVE,
        clients=EAGER,
        deadline=20.0,
    )
    setup = Setup(network=network)
    assert setup.refuses(scenario) is None
    history = await play(scenario, setup, seed=3)
    return history, judge(history)


async def all_judged(server):
    async with server() as network:
        found = await asyncio.gather(
            *(judged(network, *schedule, workload=workload) for schedule, workload in STORIES.values())
        )
    return dict(zip(STORIES, found, strict=True))


@pytest.fixture(scope="module", params=[real, ours], ids=["real", "ours"])
def played(request):
    """The history and the judgement of each story."""
    return asyncio.run(all_judged(request.param))


@pytest.mark.parametrize("name", STORIES)
def test_fault_happens_and_nothing_is_lost(played, name):
    history, judgement = played[name]
    assert judgement.verdict is Verdict.PASS, judgement.reason
    opened = [entry.connection for entry in history.of(Opened)]
    assert opened == list(range(1, len(opened) + 1))
    assert len(list(history.of(Closed))) == len(opened)


def test_toxics_stay_in_force_when_connections_are_left_behind(played):
    history, _ = played["latency and half_open"]
    sent = {entry.sequence: entry.at for entry in history.of(Sent) if entry.connection > 1 and entry.sequence}
    delays = [entry.at - sent[entry.sequence] for entry in history.of(Delivered) if entry.sequence in sent]
    assert min(delays) >= 0.09


async def test_nothing_of_ours_is_left_on_a_server_that_goes_on():
    async with api_server() as url:
        network = ToxiproxyNetwork(url)
        await judged(network, Step(HalfOpen(), 0.2, 0.6), Step(Down(), 0.3, 0.5))
        assert await client.ToxiproxyClient(client.address_of(url)).names() == []


async def test_runs_share_one_server_side_by_side():

    async with ours() as network:
        found = await asyncio.gather(*(judged(network, Step(Latency(delay=0.05))) for _ in range(5)))
    assert [judgement.verdict for _, judgement in found] == [Verdict.PASS] * 5


async def test_a_server_that_is_not_there_is_a_broken_network():
    history, judgement = await judged(ToxiproxyNetwork("http://127.0.0.1:9"))
    assert judgement.verdict is Verdict.INVALID
    assert "nothing listens on 127.0.0.1:9" in next(history.of(Broken)).message


async def test_a_server_that_dies_under_a_run_is_a_broken_network():
    async with api_server() as url:
        network = ToxiproxyNetwork(url)
        stack = _Stopping(network)
        _, judgement = await judged(stack, Step(Latency(delay=0.05), 0.2))
    assert judgement.verdict is Verdict.INVALID


class _Stopping:
    """A network whose server is gone when the first step begins."""

    name = "toxiproxy"
    virtual = False

    def __init__(self, network):
        self._network = network

    def unavailable(self):
        return self._network.unavailable()

    def refuses(self, fault):
        return self._network.refuses(fault)

    def models(self, fault):
        return self._network.models(fault)

    @asynccontextmanager
    async def open(self, upstream, record, seed):
        async with self._network.open(upstream, record, seed) as path:
            route = path._route
            route.client.address, there = ("127.0.0.1", 9), route.client.address
            try:
                yield path
            finally:
                route.client.address = there


def test_without_the_library_it_is_unavailable_and_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(client, "find_spec", lambda _: None)
    assert "ssechaos[toxiproxy]" in str(ToxiproxyNetwork("http://127.0.0.1:1").unavailable())


def test_without_a_server_it_is_unavailable_and_the_way_out_is_named(monkeypatch):
    monkeypatch.setattr(binary, "binary", lambda: None)
    assert "--toxiproxy-url" in str(ToxiproxyNetwork().unavailable())
    assert ToxiproxyNetwork("http://127.0.0.1:1").unavailable() is None


def test_what_toxics_cannot_make_is_refused_with_the_reason():
    assert ToxiproxyNetwork("http://127.0.0.1:1").refuses(Latency()) is None
    assert "FIN" in str(ToxiproxyNetwork("http://127.0.0.1:1").refuses(Reset()))


def test_a_server_is_for_this_network_only():
    assert isinstance(network_at("toxiproxy", "http://127.0.0.1:1"), ToxiproxyNetwork)
    with pytest.raises(UsageError, match="not for embedded"):
        network_at("embedded", "http://127.0.0.1:1")


@pytest.mark.parametrize(
    "words", [["--network", "toxiproxy", "--toxiproxy-url", "x"], ["--toxiproxy-url", "http://a"]]
)
def test_on_the_command_line_a_wrong_server_is_a_usage_error(words, capsys):
    assert main(["run", "slow_3g", *words]) == 2
    assert "Toxiproxy server's URL" in capsys.readouterr().err
