"""A run that is killed leaves nothing: the kernel removes it, or the next run does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from ssechaos.networks.packets.leftovers import interfaces, left_behind, remove, sweep
from ssechaos.networks.packets.plan import PREFIX
from ssechaos.networks.packets.programs import batch

DEAD = 4_194_305  # above the highest process id that Linux gives
VICTIM = """
import asyncio
from ssechaos.faults import Down, HalfOpen
from ssechaos.model import Recorder, Step
from ssechaos.networks import NETWORKS

async def serve(reader, writer):
    writer.write(bytes(1_000_000))
    await asyncio.sleep(60)

async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.url = "http://127.0.0.1:%d" % server.sockets[0].getsockname()[1]
    async with NETWORKS["packet"]().open(server, Recorder(lambda: 0.0), "7") as path:
        host, _, port = path.url.removeprefix("http://").partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        await reader.readexactly(1000)
        await path.begin(0, Step(HalfOpen()))  # so that unsent bytes are left in the kernel
        await path.begin(1, Step(Down()))
        print("ready", flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


def of(process: int) -> list[str]:
    return [name for name in interfaces() if name.startswith(f"{PREFIX}{process}-")]


async def test_a_run_that_is_killed_in_the_middle_leaves_nothing_to_the_next_one(opened: Any) -> None:
    with subprocess.Popen([sys.executable, "-c", VICTIM], stdout=subprocess.PIPE) as victim:  # noqa: ASYNC220, S603
        try:
            assert victim.stdout is not None
            assert await asyncio.to_thread(victim.stdout.readline) == b"ready\n"
            assert len(of(victim.pid)) == 2
        finally:
            victim.kill()
    async with opened(b"hello") as path, path.connected():
        assert of(victim.pid) == []
    assert of(os.getpid()) == []


@pytest.mark.usefixtures("real")
def test_what_the_kernel_left_is_removed() -> None:
    name = f"{PREFIX}{DEAD}-1w"
    batch("ip", f"link add {name} type veth peer name {PREFIX}{DEAD}-1x\n")
    sweep()
    assert of(DEAD) == []


@pytest.mark.usefixtures("real")
def test_removing_what_is_not_there_is_no_error() -> None:
    remove([f"{PREFIX}{DEAD}-1w"])


def test_only_our_own_names_of_dead_processes_are_left_behind() -> None:
    names = ["lo", "eth0", "sse", f"sse{os.getpid()}-1w", f"sse{DEAD}-1w", f"sse{DEAD}-1", f"ssex{DEAD}-1w"]
    assert left_behind(names) == [f"sse{DEAD}-1w"]
