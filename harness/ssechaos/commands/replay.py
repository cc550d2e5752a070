"""``ssechaos replay``: plays a schedule again that a search, or any run, has saved, on any network."""

from __future__ import annotations

import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssechaos.commands.run import EXIT_CODES
from ssechaos.report import summarize, summarize_run, verdict_table, write_reports, write_verdict
from ssechaos.search.account import account
from ssechaos.search.pairs import setup_named
from ssechaos.search.saved import Saved, read_saved
from ssechaos.session import Session

if TYPE_CHECKING:
    import argparse

    from ssechaos.model import Run


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("replay", help="play a saved schedule again")
    parser.add_argument("file", type=Path, metavar="FILE", help="what a search saved, or a history.jsonl")
    parser.add_argument("--network", help="where the faults happen (default: where they did when it was saved)")
    parser.add_argument("--client", help="another client: a name, or module:function")
    parser.add_argument("--server", help="another server: reference, or module:app")
    parser.add_argument("--reports", default="reports", help="the folder for reports (default: %(default)s)")
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Play it, print the verdict and what happened, and return the exit code."""
    saved = read_saved(arguments.file)
    setup = setup_named(
        arguments.client or saved.client, arguments.server or saved.server, arguments.network or saved.network
    )
    started = datetime.now(UTC)
    directory = Path(arguments.reports) / f"replay-{started:%Y%m%d-%H%M%S-%f}"
    began = time.monotonic()
    with Session(setup, seed=saved.case.seed, directory=directory) as session:
        session.start([saved.case.scenario])
        run, baseline = session.result(saved.case.scenario.name), session.baseline()
    summary = summarize(
        [run],
        run_id=directory.name,
        started=f"{started:%Y-%m-%dT%H:%M:%SZ}",
        baseline=baseline,
        wall_seconds=time.monotonic() - began,
    )
    _repeats(summary, arguments)
    write_verdict(directory, summarize_run(run))
    write_reports(directory, summary, [run])
    print(verdict_table(summary, colour=sys.stdout.isatty()))
    print(*_told(run, saved), f"reports: {directory}", sep="\n")
    return EXIT_CODES[summary["verdict"]]


def _told(run: Run, saved: Saved) -> list[str]:
    lines = [f"  {line}" for line in account(run.history, run.judgement)]
    return [f"what happened, with seed {saved.case.seed}:", *lines]


def _repeats(summary: dict[str, Any], arguments: argparse.Namespace) -> None:
    """The scenario is in no catalogue, so it is repeated from its file."""
    words = ["ssechaos", "replay", str(arguments.file)]
    for name in ("network", "client", "server"):
        if getattr(arguments, name):
            words += [f"--{name}", getattr(arguments, name)]
    for scenario in summary["scenarios"]:
        scenario["repeat"] = shlex.join(words)
