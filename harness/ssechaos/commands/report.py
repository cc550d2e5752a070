"""``ssechaos report``: judges a saved session again, compares two, or shows many over time; runs nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssechaos.archive import load_session
from ssechaos.commands.run import EXIT_CODES
from ssechaos.errors import UsageError
from ssechaos.report import summarize, summarize_run, verdict_table, write_reports, write_verdict
from ssechaos.report.compare import compare
from ssechaos.report.comparison_text import comparison_text
from ssechaos.report.saved import load_summaries, load_summary
from ssechaos.report.trends import trends_text

if TYPE_CHECKING:
    import argparse

    from ssechaos.model import Run


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "report",
        help="judge and render a saved session again, compare two, or show many over time",
        description="Judges every history of a session again and writes its reports anew; or compares sessions.",
        epilog="Exit codes: those of run; --compare: 0 nothing is worse, 1 something is, 2 usage; --trend: 0.",
    )
    parser.add_argument(
        "run_dir", type=Path, nargs="?", metavar="RUN_DIR", help="a folder under reports, such as reports/latest"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        nargs=2,
        metavar=("A", "B"),
        help="what got better or worse from A to B: folders of runs, or their summary.json",
    )
    parser.add_argument(
        "--trend", type=Path, metavar="REPORTS", help="verdicts and recovery of all runs in a folder, over time"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Do the one thing that was asked for, and return the exit code.

    Raises:
        UsageError: none was, or more than one, or what it needs can't be read.
    """
    chosen = [name for name in ("run_dir", "compare", "trend") if getattr(arguments, name) is not None]
    match chosen:
        case ["run_dir"]:
            return _judge_again(arguments.run_dir.resolve())
        case ["compare"]:
            return _compare(*arguments.compare)
        case ["trend"]:
            print(trends_text(load_summaries(arguments.trend)))
            return 0
    raise UsageError("report takes one of: RUN_DIR, such as reports/latest; --compare A B; --trend REPORTS")


def _judge_again(directory: Path) -> int:
    """Judge every history in the folder, write the reports again, and print the verdict."""
    baseline, runs = load_session(directory)
    summary = _summary(runs, baseline, directory)
    for run in runs:
        write_verdict(directory, summarize_run(run))
    write_reports(directory, summary, runs)
    print(verdict_table(summary, colour=sys.stdout.isatty()))
    return EXIT_CODES[summary["verdict"]]


def _compare(first: Path, second: Path) -> int:
    before, after = load_summary(first), load_summary(second)
    comparison = compare(before, after)
    print(comparison_text(comparison, before, after))
    return 1 if comparison.worse else 0


def _summary(runs: list[Run], baseline: Run | None, directory: Path) -> dict[str, Any]:
    """What the session said of itself is kept; what follows from its histories is made anew."""
    said = _said(directory / "summary.json")
    return summarize(
        runs,
        run_id=directory.name,
        started=said.get("started", ""),
        baseline=baseline,
        interrupted=said.get("interrupted", True),
        wall_seconds=said.get("wall_seconds", 0.0),
    )


def _said(path: Path) -> dict[str, Any]:
    """The session's own summary. A session that was killed left none, and counts as interrupted."""
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said
