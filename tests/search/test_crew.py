"""A whole search: its result does not depend on how many processes there are, and none is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from ssechaos.search import crew
from ssechaos.search.batch import Batch, Result
from ssechaos.search.coverage import Coverage
from ssechaos.search.crew import AHEAD, BATCH, Plan, Report, search
from ssechaos.search.pairs import setup_named

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from ssechaos.setups import Setup

SEARCHING = (sys.executable, "-m", "ssechaos.cli", "search", "--processes", "2")


def test_one_process_finds_what_two_find(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "BATCH", 20)
    plan = Plan(setup=setup_named, seed=3, runs=70)
    alone, together = search(plan), search(plan, processes=2)
    assert alone == together
    assert alone.runs == 70
    assert multiprocessing.active_children() == []


def test_the_listener_is_told_after_each_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "BATCH", 5)
    told: list[int] = []
    search(Plan(setup=setup_named, runs=6), listener=lambda report: told.append(report.runs))
    assert told == [5, 6]


def test_nothing_new_begins_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew, "BATCH", 5)
    answers = iter([True, False])
    report = search(Plan(setup=setup_named, runs=50, keep_on=lambda: next(answers, False)))
    assert report.runs == 5


def test_a_search_ends_with_the_first_batch_that_fails(planted: Callable[[str], Setup]) -> None:
    report = search(Plan(setup=lambda: planted("encodes_as_latin_1"), runs=10 * BATCH))
    assert [found.failure.name for found in report.found] == ["corrupted"]
    assert report.runs < BATCH


def test_what_guides_a_batch_is_the_same_however_many_are_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def batches(most: int) -> list[Batch]:
        begun: list[Batch] = []

        def submit(batch: Batch) -> Future[Result]:
            begun.append(batch)
            future: Future[Result] = Future()
            future.set_result(Result(batch.size, 0, Coverage(pairs=Counter([batch.focus])), ()))
            return future

        list(crew._results(Plan(setup=setup_named, runs=60 * BATCH), submit, most))
        return begun

    monkeypatch.setattr(crew, "DRAWN", dict.fromkeys("abcdef"))
    alone = batches(1)
    assert alone == batches(5) == batches(AHEAD)
    assert len({batch.focus for batch in alone}) > AHEAD
    assert [batch.seed for batch in alone[:2]] == ["1:0", "1:1"]


def test_reports_add_up() -> None:
    report = Report().after(Result(100, 5, Coverage(runs=100), ())).after(Result(7, 50, Coverage(runs=7), ()))
    assert report == replace(Report(), runs=107, shrinking=55, coverage=Coverage(runs=107))


def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*SEARCHING, "--runs", "1000000"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for(lambda: len(members(process.pid)) >= 3)
    time.sleep(0.5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "interrupted" in out
    assert "Traceback" not in err
    wait_for(lambda: members(process.pid) == [])


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*SEARCHING, "--runs", "1000000"], cwd=tmp_path, start_new_session=True
    )
    wait_for(lambda: len(members(process.pid)) >= 3)
    process.kill()
    process.wait()
    wait_for(lambda: members(process.pid) == [])


def members(group: int) -> list[int]:
    """The processes of a group that are not over."""
    listed = subprocess.run(
        ["/bin/ps", "-e", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    ).stdout
    rows = (line.split() for line in listed.splitlines())
    return [int(pid) for pid, of, state in rows if int(of) == group and not state.startswith("Z")]


def wait_for(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.05)
