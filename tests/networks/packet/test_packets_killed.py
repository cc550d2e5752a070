"""A run that is killed takes its network with it, or the next run does."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ssechaos.networks.packets.leftovers import interfaces, sweep
from ssechaos.networks.packets.plan import PREFIX

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 30.0


def ours(process: int) -> list[str]:
    """The interfaces that a process of this id has made on this machine."""
    return [name for name in interfaces() if name.startswith(f"{PREFIX}{process}-")]


def listed(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own words


@pytest.mark.usefixtures("real")
async def test_nothing_is_left_of_a_run_that_was_killed_once_the_next_has_swept(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ssechaos.cli", "run", "stall_path", "--network", "packet"),
        *("--reports", str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            while not ours(process.pid):
                assert process.returncode is None
                await asyncio.sleep(0.1)
    finally:
        process.send_signal(signal.SIGKILL)
        await process.wait()
    sweep()
    assert ours(process.pid) == []
    assert PREFIX not in await asyncio.to_thread(listed, "ip", "netns", "list")
    assert "ssechaos" not in await asyncio.to_thread(listed, "nft", "list", "tables")
