"""``ssechaos agree`` as users meet it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ssechaos.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def test_it_writes_a_table_json_and_a_plot(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["agree", "packet_loss", "--networks", "simulated", "--runs", "2", "--reports", str(tmp_path)]
    assert main(words) == 0
    assert "2 PASS" in capsys.readouterr().out
    (side,) = json.loads((tmp_path / "agreement.json").read_text())["sides"]
    assert (side["network"], side["runs"], side["lost"]) == ("simulated", 2, 0)
    assert 0 < side["delays"]["p50"] < 0.5
    assert (tmp_path / "packet-loss-delay.svg").read_text().startswith("<svg")


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
