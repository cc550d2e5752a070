"""The server as a process of its own: what a container runs."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@asynccontextmanager
async def serving(port: int, journal: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[Any]]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "ssechaos.server"),
        stdout=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "SSECHAOS_PORT": str(port),
            "SSECHAOS_LEDGER": "-",
            "SSECHAOS_JOURNAL": str(journal),
            "SSECHAOS_SEED": "7",
        },
    )
    assert process.stdout is not None
    facts: list[Any] = []
    assert json.loads(await process.stdout.readline()) == {"fact": "serving"}
    stdout = process.stdout

    async def read() -> None:
        while line := await stdout.readline():
            facts.append(json.loads(line))

    reading = asyncio.create_task(read())
    try:
        yield process, facts
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def ids(url: str, last: str | None = None, stop_after: int | None = None) -> list[str]:
    found = []
    headers = {"Last-Event-ID": last} if last else {}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        async for line in response.content:
            if line.startswith(b"id: "):
                found.append(line[4:].decode().strip())
            if len(found) == stop_after:
                break
    return found


async def test_a_killed_server_goes_on_where_it_was(unused_tcp_port: int, tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{unused_tcp_port}/stream?events=12&interval=0.02&stream=s"
    async with serving(unused_tcp_port, tmp_path / "journal") as (process, before):
        first = await ids(url, stop_after=5)
        process.send_signal(signal.SIGKILL)
        await process.wait()
    async with serving(unused_tcp_port, tmp_path / "journal") as (_, after):
        second = await ids(url, last=first[-1])
    assert first + second == [str(number) for number in range(1, 13)]
    stated = {fact["sequence"]: fact["data"] for fact in (*before, *after) if fact["fact"] == "emitted"}
    assert sorted(stated) == list(range(1, 13))


async def test_it_states_all_that_it_does_with_the_machines_time(unused_tcp_port: int, tmp_path: Path) -> None:
    began = asyncio.get_running_loop().time()
    async with serving(unused_tcp_port, tmp_path / "journal") as (_, facts):
        await ids(f"http://127.0.0.1:{unused_tcp_port}/stream?events=2&interval=0&stream=s")
    assert {"emitted", "requested", "sent", "dropped"} <= {fact["fact"] for fact in facts}
    assert all(began < fact["at"] < asyncio.get_running_loop().time() for fact in facts)
