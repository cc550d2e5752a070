"""Scenarios side by side, after a baseline: on real sockets, as users run them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ssechaos.faults import HalfOpen, Reset, ServerRestart
from ssechaos.model import (
    ClientPolicy,
    Clients,
    Fault,
    Scenario,
    ServerSettings,
    Step,
    Verdict,
    Workload,
    history_from_lines,
)
from ssechaos.networks import NETWORKS
from ssechaos.report import HistoryFile
from ssechaos.session import Session
from ssechaos.setups import Setup
from ssechaos.target.source import Target

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

QUICK = Workload(events=5, interval=0.02)


def story(name: str, *schedule: Step, workload: Workload = QUICK, **settings: Any) -> Scenario:
    return Scenario(name=name, does="for a test", workload=workload, schedule=schedule, deadline=20.0, **settings)


def embedded() -> Setup:
    return Setup(network=NETWORKS["embedded"]())


def test_scenarios_run_side_by_side() -> None:
    second = Workload(events=11, interval=0.1)
    began = time.monotonic()
    with Session(embedded(), seed=1) as session:
        names = [f"story_{number}" for number in range(8)]
        session.start(story(name, workload=second) for name in names)
        runs = [session.result(name) for name in names]
    assert [run.judgement.verdict for run in runs] == [Verdict.PASS] * 8
    assert time.monotonic() - began < sum(run.wall_seconds for run in runs) / 2


def test_a_run_leaves_its_history_on_disk(tmp_path: Path) -> None:
    with Session(embedded(), seed=1, directory=tmp_path) as session:
        session.start([story("story")])
        run = session.result("story")
    written = history_from_lines((tmp_path / "story" / "history.jsonl").read_text(encoding="utf-8").splitlines())
    assert written.conditions == run.history.conditions
    assert len(written.entries) == len(run.history.entries)


class _Unable(NETWORKS["embedded"]):  # type: ignore[misc] - a class made by its registry's factory type
    def refuses(self, fault: Fault) -> str | None:
        return "it has no server to kill" if isinstance(fault, ServerRestart) else None


def test_what_the_network_cannot_make_is_skipped_with_its_reason() -> None:
    with Session(Setup(network=_Unable()), seed=1) as session:
        session.start([story("story", Step(ServerRestart(), 0.1, 0.2))])
        judgement = session.result("story").judgement
    assert (judgement.verdict, judgement.reason) == (Verdict.SKIPPED, "it has no server to kill")


class _Absent(NETWORKS["embedded"]):  # type: ignore[misc] - a class made by its registry's factory type
    def unavailable(self) -> str | None:
        return "it needs an ocean"


def test_on_a_network_that_is_not_there_everything_is_skipped_even_what_has_no_faults() -> None:
    with Session(Setup(network=_Absent()), seed=1) as session:
        session.start([story("story")])
        judgement = session.result("story").judgement
        assert session.baseline().judgement.verdict is Verdict.SKIPPED
    assert (judgement.verdict, judgement.reason) == (Verdict.SKIPPED, "it needs an ocean")


def test_without_a_passing_baseline_everything_is_invalid() -> None:
    nobody = Setup(network=NETWORKS["embedded"](), source=Target("http://127.0.0.1:9/"))
    with Session(nobody, seed=1) as session:
        session.start([story("story")])
        judgement = session.result("story").judgement
        assert session.baseline().judgement.verdict is Verdict.INVALID
    assert judgement.verdict is Verdict.INVALID
    assert "can't be reached" in judgement.reason


def test_leaving_early_interrupts_what_still_runs() -> None:
    with Session(embedded(), seed=1) as session:
        session.start([story("story", Step(HalfOpen(), 0.05, 0.06), workload=Workload(events=50, interval=0.1))])
        while session.rows["story"].events < 1:
            time.sleep(0.01)
        session.interrupt()
        run = session.result("story")
    assert run.judgement.verdict is Verdict.INVALID
    assert "interrupted" in run.judgement.reason


def test_a_full_disk_stops_the_writing_and_not_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append = HistoryFile.append

    def fill_up(file: HistoryFile, line: str) -> None:
        if '"delivered"' in line:
            file._file.close()
            file._file = open("/dev/full", "w", buffering=1)  # noqa: PTH123, SIM115 - the device of full disks
        append(file, line)

    monkeypatch.setattr(HistoryFile, "append", fill_up)
    eager = {"server": ServerSettings(retry=0.1), "clients": Clients(policy=ClientPolicy(backoff=(0.1,)))}
    with Session(embedded(), seed=1, directory=tmp_path) as session:
        session.start([story("story", Step(Reset(), 0.05, 0.05), **eager)])
        run = session.result("story")
    assert run.judgement.verdict is Verdict.PASS
    assert session.report_error is not None
    assert "No space left on device" in str(session.report_error)
