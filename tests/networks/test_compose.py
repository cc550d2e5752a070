"""The compose network on a real engine.

It takes minutes and builds images, so it has to be asked for: ``SSECHAOS_TEST_COMPOSE=1``, as CI does.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from ssechaos.checkers import judge
from ssechaos.errors import NetworkError
from ssechaos.faults import Bandwidth, Down, Handoff, PacketLoss, ServerRestart, Stall
from ssechaos.faults.odds import plausible
from ssechaos.model import Recorder, Scenario, ServerSettings, Step, Verdict, Workload
from ssechaos.model.entries import Dropped, FaultEnded, Requested
from ssechaos.networks import NETWORKS
from ssechaos.networks.compose import ComposeNetwork
from ssechaos.networks.containers.engine import Engine
from ssechaos.networks.containers.owner import LABEL
from ssechaos.networks.containers.project import remove_leftovers
from ssechaos.runner import play
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.skipif("SSECHAOS_TEST_COMPOSE" not in os.environ, reason="SSECHAOS_TEST_COMPOSE=1 asks for it"),
    pytest.mark.timeout(300),
]

QUICK = ServerSettings(heartbeat_interval=0.5, silence_threshold=1.5)

SCENARIOS = (
    Scenario(
        name="handoff",
        does="one handoff",
        workload=Workload(events=40, interval=0.15),
        schedule=(Step(Handoff(rtt=0.02), 1.0, 2.0),),
        server=QUICK,
    ),
    Scenario(
        name="loss",
        does="packets are lost",
        workload=Workload(events=1500, interval=0.01, size=1500),
        schedule=(Step(PacketLoss(share=0.1)),),
        deadline=100.0,
    ),
    Scenario(
        name="narrow",
        does="a link that all share",
        workload=Workload(events=50, interval=0.02, size=2000),
        schedule=(Step(Bandwidth(rate=25_000, shared=True)),),
    ),
    Scenario(
        name="crash",
        does="the server is killed",
        workload=Workload(events=40, interval=0.1),
        schedule=(Step(ServerRestart(), 1.0, 2.0),),
    ),
    Scenario(
        name="pause",
        does="everything stands still",
        workload=Workload(events=40, interval=0.1),
        schedule=(Step(Stall(), 1.0, 2.0),),
    ),
)


@pytest.fixture(scope="module")
def histories():
    async def all_of_them():
        network = NETWORKS["compose"]()
        assert isinstance(network, ComposeNetwork)
        assert network.refuses(Down()) is None
        async with network.shared():
            return await asyncio.gather(*(play(one, Setup(network=network)) for one in SCENARIOS))

    played = asyncio.run(all_of_them())
    return {history.conditions.scenario.name: history for history in played}


@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_the_reference_pair_passes(histories, name: str) -> None:
    judgement = judge(histories[name])
    assert judgement.verdict is Verdict.PASS, judgement.reason


def test_ten_percent_of_the_packets_are_really_lost(histories) -> None:
    (ended,) = histories["loss"].of(FaultEnded)
    assert ended.evidence["packets"] > 2000
    assert plausible(ended.evidence["packets_lost"], ended.evidence["packets"], 0.1)


def test_the_server_sees_two_addresses_of_the_client(histories) -> None:
    peers = [entry.peer.rpartition(":")[0] for entry in histories["handoff"].of(Requested)]
    assert len(set(peers)) == 2


def test_a_kill_ends_the_connections_and_the_stream_goes_on(histories) -> None:
    history = histories["crash"]
    assert [entry.reason for entry in history.of(Dropped)] == ["crash", "complete"]
    connections = [entry.connection for entry in history.of(Requested)]
    assert connections == sorted(set(connections))


def test_nothing_is_left_behind(histories) -> None:  # noqa: ARG001 - they have been played
    assert asyncio.run(ours()) == 0


async def test_what_a_killed_run_left_is_removed_by_the_next(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ssechaos.cli", "run", "stall_path", "--network", "compose"),
        *("--reports", str(tmp_path)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    while not await ours():
        assert process.returncode is None
        await asyncio.sleep(0.5)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    async with Engine() as engine:
        await remove_leftovers(engine)
    assert await ours() == 0


async def test_a_server_of_somebody_else_is_refused_with_advice() -> None:
    upstream = SimpleNamespace(url="http://127.0.0.1:1")
    with pytest.raises(NetworkError, match="--network toxiproxy"):
        async with ComposeNetwork().open(upstream, Recorder(lambda: 0.0), "seed"):
            pass


async def ours() -> int:
    """How many containers and networks of ours there are."""
    async with Engine() as engine:
        return len(await engine.containers([LABEL])) + len(await engine.networks([LABEL]))
