"""Every folder in ``examples/clients`` is a client that works: found by being there, played, and skipped loudly.

What a client needs is installed by its own ``setup``, from the network; a client that lacks something exits
with 69 (``EX_UNAVAILABLE`` of sysexits.h) and says what. CI runs ``setup`` first, so nothing is skipped there.
They are played side by side, since they take real time.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ssechaos.checkers import judge
from ssechaos.faults import Reset
from ssechaos.model import Scenario, ServerSettings, Step, Verdict, Workload
from ssechaos.model.entries import Delivered, Misbehaved, Requested
from ssechaos.networks import NETWORKS
from ssechaos.runner import play
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from ssechaos.model import History

CLIENTS = Path(__file__).parents[2] / "examples" / "clients"
FOLDERS = sorted(path for path in CLIENTS.iterdir() if path.is_dir())

BROKEN = Scenario(
    name="broken",
    does="a reset, for which the client has to come back",
    workload=Workload(events=20, interval=0.1),
    schedule=(Step(Reset(), 1.2, 1.2),),
    server=ServerSettings(retry=0.2),
    deadline=20.0,
)


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


async def all_played() -> dict[Path, History]:
    network = NETWORKS["embedded"]()
    setups = [Setup(network=network).with_command(str(folder / "client")) for folder in FOLDERS]
    histories = await asyncio.gather(*(play(BROKEN, setup, seed=1) for setup in setups))
    return dict(zip(FOLDERS, histories, strict=True))


@pytest.fixture(scope="module")
def histories() -> dict[Path, History]:
    return asyncio.run(all_played())


@pytest.fixture
def history(histories: dict[Path, History], folder: Path) -> History:
    for entry in histories[folder].of(Misbehaved):
        if entry.message.startswith("exited with code 69"):
            pytest.skip(f"{folder.name}: {entry.message}")
    return histories[folder]


def test_it_says_what_it_is_and_how_to_run_it(folder: Path) -> None:
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert f'--client-command "examples/clients/{folder.name}/client"' in readme
    assert os.access(folder / "client", os.X_OK)


def test_what_it_installs_is_pinned(folder: Path) -> None:
    installs = (folder / "setup").exists()
    pins = [name for name in ("requirements.txt", "package-lock.json") if (folder / name).exists()]
    assert installs is bool(pins)


def test_ten_lines_of_node_are_enough() -> None:
    lines = (CLIENTS / "node-minimal" / "client.mjs").read_text(encoding="utf-8").splitlines()
    assert sum(not line.startswith("//") for line in lines) <= 10


def test_it_comes_back_from_a_break_with_everything(history: History) -> None:
    judgement = judge(history)
    if judgement.verdict is Verdict.INVALID:
        pytest.skip(f"this machine is too busy: {judgement.reason}")
    assert judgement.reason == ""
    assert [entry.sequence for entry in history.of(Delivered) if entry.sequence] == list(range(1, 21))
    assert list(history.of(Requested))[-1].last_event_id
