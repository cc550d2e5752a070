"""The files of ``monitoring/``, what is really exported, and the programs that judge the one by the other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from ssechaos.catalogue import catalogue
from ssechaos.checkers import judge
from ssechaos.model import Run
from ssechaos.networks import NETWORKS
from ssechaos.report import summarize
from ssechaos.report.prometheus import prometheus_text
from ssechaos.runner import play_to_end
from ssechaos.server.beacon import Beacon
from ssechaos.server.experience import Experience
from ssechaos.server.ledger import NoLedger
from ssechaos.server.metrics import Metrics
from ssechaos.setups import Setup

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]

sys.path[:0] = [str(Path(__file__).parent), str(CHECKOUT / "tests" / "zoo")]


@pytest.fixture(scope="session")
def monitoring() -> Path:
    return CHECKOUT / "monitoring"


@pytest.fixture(scope="session")
def alerts(monitoring: Path) -> str:
    return (monitoring / "alerts.yml").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def expressions(alerts: str) -> list[str]:
    """The expression of each alert; they are written as blocks, each line of which is indented by ten spaces."""
    found = re.findall(r"^ {8}expr: \|\n((?: {10}.*\n)+)", alerts, flags=re.MULTILINE)
    assert len(found) == alerts.count("- alert:")
    return found


@pytest.fixture(scope="session")
def exported() -> dict[str, set[str]]:
    """Every name that a server or a run exports, with the names of its labels."""
    found: dict[str, set[str]] = {}
    for text in (_of_a_server(), _of_a_run()):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.fixture(scope="session")
def promtool() -> Callable[..., subprocess.CompletedProcess[str]]:
    from watching import installed  # noqa: PLC0415 - it is found from here on

    program = installed("promtool", "prometheus")

    def call(*arguments: str, within: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run([program, *arguments], cwd=within, capture_output=True, text=True, check=False)  # noqa: S603 - our own words

    return call


def _of_a_server() -> str:
    metrics = Metrics(NoLedger())
    metrics.requested(1, "p", None, 200)
    metrics.sent(1, 1, "content_chunk", "x", replayed=False)
    metrics.told(Beacon(completed=True, experience=Experience(reconnect_seconds=(1.0,))))
    metrics.answered(204)
    return metrics.render()


def _of_a_run() -> str:
    history = play_to_end(catalogue()["handoff"], Setup(network=NETWORKS["simulated"]()))
    run = Run(history, judge(history), 0.1)
    facts = {"run_id": "r", "started": "2025-01-01T00:00:00Z", "baseline": None, "wall_seconds": 0.1}
    return prometheus_text(summarize([run], **facts))
