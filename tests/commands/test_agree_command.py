"""``ssechaos agree`` as users meet it."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.cli import main
from ssechaos.faults import Latency
from ssechaos.model import Step
from ssechaos.networks import NETWORKS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ssechaos.model import Recorder


def test_it_writes_a_table_json_and_a_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["agree", "packet_loss", "--networks", "simulated", "--runs", "2", "--reports", str(tmp_path)]
    assert main(words) == 3  # one network has nothing to agree with
    assert "2 PASS" in capsys.readouterr().out
    (side,) = json.loads((tmp_path / "agreement.json").read_text())["sides"]
    assert (side["network"], side["runs"], side["lost"]) == ("simulated", 2, 0)
    assert 0 < side["delays"]["p50"] < 0.5
    assert (tmp_path / "packet-loss-delay.svg").read_text().startswith("<svg")


def networks(tmp_path: Path) -> list[str]:
    return ["agree", "slow_retry", "--networks", "simulated,otherwise", "--runs", "2", "--reports", str(tmp_path)]


class Otherwise(NETWORKS["simulated"]):  # type: ignore[misc] - a class made by its registry's factory type
    """A simulated network under another name."""

    name = "otherwise"


class Later(Otherwise):
    """Here everything takes longer than on any other network."""

    @asynccontextmanager
    async def open(self, upstream: Any, record: Recorder, seed: str) -> AsyncIterator[Any]:
        async with super().open(upstream, record, seed) as path:
            await path.begin(99, Step(Latency(delay=0.7), 0.0))
            yield path


@pytest.mark.parametrize(("network", "code"), [(Otherwise, 0), (Later, 1)])
def test_the_exit_code_says_whether_networks_agree(
    network: type, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(NETWORKS, "otherwise", network)
    assert main(networks(tmp_path)) == code
    out = capsys.readouterr().out
    assert ("1 of 1 scenarios agree" in out) is (code == 0)
    assert ("OUTSIDE: slow_retry: recovery p95" in out) is (code == 1)


def test_what_a_network_refuses_is_said_and_counted_as_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agree", "packet_loss", "--networks", "toxiproxy", "--reports", str(tmp_path)]) == 3
    assert "SKIPPED: packet_loss on toxiproxy: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [(["--networks", "packets"], "did you mean 'packet'?"), (["--runs", "0"], "--runs and --at-once")],
)
def test_what_makes_no_sense_is_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["agree", *words]) == 2
    assert message in capsys.readouterr().err
