"""Orders to the program in the sidecar: the real one, in frames as the engine sends them, without a container."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ssechaos.errors import NetworkError
from ssechaos.networks.containers import agent
from ssechaos.networks.containers.control import Control

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[Control, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(Path(agent.__file__))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    framed = asyncio.StreamReader()
    control = Control(framed, process.stdin)
    tasks = [asyncio.create_task(frame(process.stdout, framed)), asyncio.create_task(control.listen())]
    try:
        yield control, process
    finally:
        process.stdin.close()
        await process.wait()
        await asyncio.gather(*tasks)


async def frame(plain: asyncio.StreamReader, framed: asyncio.StreamReader) -> None:
    while data := await plain.read(17):  # so that lines come in several frames
        framed.feed_data(struct.pack(">BxxxL", 1, len(data)) + data)
    framed.feed_eof()


async def test_a_command_is_run_with_its_input() -> None:
    async with talking() as (control, _):
        assert await control.run("cat", given="Grüße") == "Grüße"


async def test_commands_do_not_wait_for_each_other() -> None:
    async with talking() as (control, _), asyncio.timeout(5):
        slow = asyncio.create_task(control.run("sh", "-c", "while [ ! -e $0 ]; do sleep 0.01; done", "/nowhere"))
        assert await control.run("echo", "fast") == "fast\n"
        slow.cancel()


async def test_a_command_that_still_runs_ends_with_the_program(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    async with talking() as (control, _), asyncio.timeout(10):
        slow = asyncio.create_task(
            control.run("sh", "-c", "echo $$ >$0.new; mv $0.new $0; exec sleep 99", str(told))
        )
        while not told.exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.01)
        slow.cancel()
    assert not is_running(told)


async def test_orders_that_end_while_a_command_is_being_started_end_the_program() -> None:
    order = json.dumps({"id": 1, "command": ["sleep", "99"]}) + "\n"
    for orders in (order, order * 2, order * 3):  # each leaves another one half started
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(Path(agent.__file__))), stdin=asyncio.subprocess.PIPE
        )
        try:
            async with asyncio.timeout(10):
                await process.communicate(orders.encode())
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        assert process.returncode == 0


def is_running(told: Path) -> bool:
    return Path("/proc", told.read_text(encoding="utf-8").strip()).exists()


async def test_a_command_that_fails_says_what_it_said() -> None:
    async with talking() as (control, _):
        with pytest.raises(NetworkError, match=r"sh .* failed in the sidecar: no such table"):
            await control.run("sh", "-c", "echo no such table >&2; exit 1")


async def test_a_command_is_repeated_until_it_is_left() -> None:
    looks: list[tuple[float, str]] = []
    enough = asyncio.Event()

    def take(at: float, output: str) -> None:
        looks.append((at, output))
        if len(looks) == 3:
            enough.set()

    async with talking() as (control, _):
        began = asyncio.get_running_loop().time()
        async with control.repeated("echo", "1", every=0.01, take=take), asyncio.timeout(5):
            await enough.wait()
        count = len(looks)
        await control.run("true")
        assert len(looks) == count
    assert looks[0][1] == "1\n"
    assert began <= looks[0][0] < looks[1][0] < looks[2][0]


async def test_a_program_that_ended_is_no_hang() -> None:
    async with talking() as (control, process), asyncio.timeout(5):
        waiting = asyncio.create_task(control.run("sleep", "60"))
        await control.run("true")
        process.kill()
        with pytest.raises(NetworkError):
            await waiting
        with pytest.raises(NetworkError):
            await control.run("true")
