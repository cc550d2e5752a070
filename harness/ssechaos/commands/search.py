"""``ssechaos search``: looks for a schedule of faults that breaks a guarantee, and makes it small."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ssechaos.errors import UsageError
from ssechaos.report.safe import safe
from ssechaos.search.account import schedule_in_words
from ssechaos.search.faults import DRAWN
from ssechaos.search.pairs import setup_named
from ssechaos.search.saved import write_failure
from ssechaos.search.tried import played, tried

if TYPE_CHECKING:
    import argparse

    from ssechaos.search.crew import Report
    from ssechaos.setups import Setup

EXIT_FOUND = 1
EXIT_HARNESS = 3

_PROGRESS_EVERY = 5.0
"""Seconds between two lines of progress."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("search", help="look for a fault schedule that breaks a guarantee")
    parser.add_argument("--runs", type=int, default=2000, help="how many schedules to play (default: %(default)s)")
    parser.add_argument("--seconds", type=float, help="begin nothing new after so many seconds")
    parser.add_argument("--seed", type=int, default=1, help="the seed of the search (default: %(default)s)")
    parser.add_argument("--client", default="reference", help="a client's name, or module:function")
    parser.add_argument("--server", default="reference", help="reference, or module:app")
    parser.add_argument(
        "--processes", type=int, help="how many at once; nothing else changes (default: all cores)"
    )
    parser.add_argument("--reports", default="reports", help="the folder for reports (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Search, save what is found, print what was tried, and return the exit code."""
    if importlib.util.find_spec("hypothesis") is None:
        raise UsageError("search needs Hypothesis to make what it finds small: pip install hypothesis")
    # Only now: this one imports Hypothesis.
    from ssechaos.search.crew import Plan, search  # noqa: PLC0415

    if arguments.runs < 0:
        raise UsageError(f"--runs is a number of schedules, not {arguments.runs}")
    progress = _Progress(arguments.seconds)
    plan = Plan(
        setup=partial(setup_named, arguments.client, arguments.server),
        seed=arguments.seed,
        runs=arguments.runs,
        keep_on=progress.has_time,
    )
    try:
        report = search(plan, processes=arguments.processes or os.cpu_count() or 1, listener=progress)
    except KeyboardInterrupt:
        print("interrupted", *progress.tried(), sep="\n")
        raise
    print(*progress.tried(), sep="\n")
    if report.found:
        _save(report, plan.setup(), arguments)
    return _exit_code(report)


class _Progress:
    """What a search has come to so far, with a line now and then."""

    def __init__(self, seconds: float | None) -> None:
        self._began = time.monotonic()
        self._limit = seconds
        self._shown = 0.0
        self._report: Report | None = None

    def __call__(self, report: Report) -> None:
        """Another batch is over."""
        self._report = report
        if self._seconds() - self._shown >= _PROGRESS_EVERY:
            self._shown = self._seconds()
            print(f"{report.runs} schedules, {report.runs / self._shown:.0f} a second", file=sys.stderr)

    def has_time(self) -> bool:
        """Whether to begin another batch."""
        return self._limit is None or self._seconds() < self._limit

    def tried(self) -> list[str]:
        """What was tried, and how fast."""
        if self._report is None:
            return ["nothing was played"]
        return [*played(self._report, self._seconds()), *tried(self._report.coverage, DRAWN)]

    def _seconds(self) -> float:
        return time.monotonic() - self._began


def _save(report: Report, setup: Setup, arguments: argparse.Namespace) -> None:
    """Write every failure, and tell of it."""
    folder = Path(arguments.reports) / f"search-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    search = {"seed": arguments.seed, "runs": report.runs, "shrinking": report.shrinking}
    for found in report.found:
        written = write_failure(found, setup, folder, search)
        whose = "the harness itself failed" if found.failure.harness else "found"
        print("", f"{whose}: {found.failure.name}: {safe(found.failure.message)}", sep="\n")
        print(f"  schedule: {schedule_in_words(found.case.scenario.schedule)}")
        print(*(f"  {safe(line)}" for line in written.account), sep="\n")
        print(f"  scenario module: {written.module}", f"  repeat: {written.repeat}", sep="\n")


def _exit_code(report: Report) -> int:
    if any(not found.failure.harness for found in report.found):
        return EXIT_FOUND
    return EXIT_HARNESS if report.found or not report.runs else 0
