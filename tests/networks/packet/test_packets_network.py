"""The packet network on real namespaces: each fault meets real packets, and nothing stays behind."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.faults import (
    AnswerStatus,
    Bandwidth,
    Direction,
    Down,
    HalfOpen,
    Handoff,
    Latency,
    PacketLoss,
    Reset,
    ServerRestart,
    Slicer,
    Stall,
    Unreachable,
)
from ssechaos.model import Step
from ssechaos.model.entries import Closed, FaultStruck, Opened
from ssechaos.networks import NETWORKS
from ssechaos.networks.packets.leftovers import interfaces
from ssechaos.networks.packets.plan import PREFIX
from ssechaos.networks.packets.programs import call

if TYPE_CHECKING:
    from conftest import Scene

NINETY_NINE = 2.576
"""Standard deviations to both sides that hold 99% of a normal distribution."""


async def test_bytes_cross_real_links_to_the_server_and_back(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        on_path.server.writers[0].write(b"more")
        assert await reader.readexactly(4) == b"more"
        on_path.server.writers[0].close()
        assert await reader.read() == b""
    assert [entry.connection for entry in on_path.entries(Opened)] == [1]


async def test_nothing_is_left_of_a_path(opened: Any) -> None:
    async with opened(b"hello") as on_path:
        host = on_path.path.url.removeprefix("http://").partition(":")[0]
        assert any(name.startswith(f"{PREFIX}{os.getpid()}-") for name in interfaces())
        assert host in call("ip", "route", "show")
    assert not any(name.startswith(f"{PREFIX}{os.getpid()}-") for name in interfaces())
    assert host not in call("ip", "route", "show")
    assert PREFIX not in call("ip", "netns", "list")
    assert "ssechaos" not in call("nft", "list", "ruleset")


async def test_side_by_side_paths_have_addresses_of_their_own(opened: Any) -> None:
    async with opened(b"one") as first, opened(b"two") as second:
        assert first.path.url != second.path.url
        async with first.connected(), second.connected():
            pass


async def test_a_reset_is_an_rst_from_the_server_s_address(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Reset()))
        with pytest.raises(ConnectionResetError):
            await reader.read()
    assert (await on_path.path.end(0))["connections_broken"] == 1
    assert [entry.what for entry in on_path.entries(FaultStruck)] == ["reset"]
    assert await on_path.attempt(1.0) == "accepted"


async def test_down_resets_and_refuses_until_the_interface_is_up_again(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Down()))
        with pytest.raises(ConnectionResetError):
            await reader.read()
    assert await on_path.attempt(1.0) == "refused"
    evidence = await on_path.path.end(0)
    assert Down().shown_by(evidence)
    assert evidence["packets_refused"] >= 2
    assert await on_path.attempt(1.0) == "accepted"


async def test_unreachable_leaves_new_connections_hanging_and_old_ones_alone(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Unreachable()))
        assert await on_path.attempt(0.2) == "left hanging"
        on_path.server.writers[0].write(b"still here")
        assert await reader.readexactly(10) == b"still here"
    evidence = await on_path.path.end(0)
    assert Unreachable().shown_by(evidence)
    assert evidence["packets_dropped"] >= 2


async def test_half_open_is_silence_for_those_that_live_only(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(HalfOpen()))
        on_path.server.writers[0].write(b"lost")
        assert await on_path.attempt(1.0) == "accepted"
        evidence = await on_path.path.end(0)
        assert HalfOpen().shown_by(evidence)
        assert evidence["packets_dropped"] >= 1
        with pytest.raises(TimeoutError):  # for good: its end changes nothing
            async with asyncio.timeout(0.3):
                await reader.read(1)
    assert "dead" in [entry.how for entry in on_path.entries(Closed)]


async def test_what_a_stall_held_arrives_afterwards(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Stall()))
        on_path.server.writers[0].write(b"late")
        await asyncio.sleep(0.3)
        evidence = await on_path.path.end(0)
        assert Stall().shown_by(evidence)
        assert evidence["bytes_held"] == 4
        async with asyncio.timeout(2):  # the timer of TCP had doubled meanwhile
            assert await reader.readexactly(4) == b"late"


async def test_a_stall_of_one_direction_lets_the_other_one_through(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Stall(direction=Direction.UPSTREAM)))
        on_path.server.writers[0].write(b"through")
        assert await reader.readexactly(7) == b"through"


async def test_latency_makes_the_round_trip_longer(on_path: Scene) -> None:
    loop = asyncio.get_running_loop()
    await on_path.path.begin(0, Step(Latency(delay=0.1)))
    began = loop.time()
    async with on_path.connected():
        took = loop.time() - began
    assert 0.4 <= took < 1.0  # a round trip for the handshake, and half of one each for its ACK and the greeting
    assert Latency(delay=0.1).shown_by(await on_path.path.end(0))
    assert await on_path.attempt(0.2) == "accepted"


async def test_a_bucket_holds_the_rate(on_path: Scene) -> None:
    fault = Bandwidth(rate=50_000.0)
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(fault))
        on_path.server.writers[0].write(bytes(60_000))
        await reader.readexactly(60_000)
        evidence = await on_path.path.end(0)
    assert fault.shown_by(evidence)
    assert evidence["rate"] == pytest.approx(50_000, rel=0.05)


async def test_when_a_limit_is_lifted_what_it_held_goes_on_without_loss(on_path: Scene) -> None:
    async with on_path.connected() as (reader, _):
        await on_path.path.begin(0, Step(Bandwidth(rate=2000.0)))
        on_path.server.writers[0].write(bytes(100_000))
        await asyncio.sleep(0.3)
        await on_path.path.end(0)
        async with asyncio.timeout(5):
            await reader.readexactly(100_000)


async def test_a_tenth_of_the_packets_is_lost_and_tcp_repairs_it(on_path: Scene) -> None:
    fault = PacketLoss(share=0.1, rtt=0.01)
    async with AsyncExitStack() as stack:
        # Connected before: a handshake under loss may take more than ten seconds, as nothing but SYNs repeats it.
        clients = [await stack.enter_async_context(on_path.connected()) for _ in range(8)]
        # The dice are the kernel's, so one measurement in a hundred may lie outside; three in a row may not.
        for number in range(3):
            await on_path.path.begin(number, Step(fault))
            for _, writer in clients:
                writer.write(b"300000\n")
            await asyncio.gather(*(reader.readexactly(300_000) for reader, _ in clients))
            evidence = await on_path.path.end(number)
            assert fault.shown_by(evidence)
            packets, lost = evidence["packets"], evidence["packets_lost"]
            assert packets > 2000
            if abs(lost / packets - 0.1) <= NINETY_NINE * sqrt(0.1 * 0.9 / packets):
                return
    pytest.fail(f"the last time {lost} of {packets} packets were lost")


async def test_losses_come_in_bursts_where_that_is_asked_for(on_path: Scene) -> None:
    fault = PacketLoss(share=0.1, burst=3.0, rtt=0.01)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(on_path.connected()) for _ in range(8)]
        await on_path.path.begin(0, Step(fault))
        for _, writer in clients:
            writer.write(b"200000\n")
        await asyncio.sleep(1.0)  # TCP takes its time to repair bursts: what was lost by then must do
        evidence = await on_path.path.end(0)
    assert evidence["packets"] > 100
    assert fault.shown_by(evidence)


async def test_after_a_handoff_the_server_sees_another_address(on_path: Scene) -> None:
    fault = Handoff(rate=1_000_000.0, rtt=0.05)
    async with on_path.connected() as (reader, writer):
        before = writer.get_extra_info("sockname")[0]
        await on_path.path.begin(0, Step(fault))
        assert await on_path.attempt(0.2) == "left hanging"
        evidence = await on_path.path.end(0)
        on_path.server.writers[0].write(b"lost")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await reader.read(1)
    assert fault.shown_by(evidence)
    assert evidence["client_addresses"] == 2
    async with on_path.connected() as (_, writer):
        assert writer.get_extra_info("sockname")[0] != before


async def test_a_server_fault_crashes_the_server_and_starts_it_again(on_path: Scene) -> None:
    await on_path.path.begin(0, Step(ServerRestart()))
    assert await on_path.path.end(0) == {"crashes": 1}
    assert on_path.server.calls == ["crash", "restart"]


@pytest.mark.parametrize("fault", [Slicer(), AnswerStatus()], ids=lambda fault: fault.kind)
@pytest.mark.usefixtures("real")
def test_what_packets_can_t_do_is_refused_with_the_reason(fault: Any) -> None:
    assert "only passes packets on" in str(NETWORKS["packet"]().refuses(fault))
