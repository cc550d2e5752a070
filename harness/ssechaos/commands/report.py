"""``ssechaos report``: judges and renders a saved session again, without running anything."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssechaos.archive import load_session
from ssechaos.commands.run import EXIT_CODES
from ssechaos.report import summarize, summarize_run, verdict_table, write_reports, write_verdict

if TYPE_CHECKING:
    import argparse

    from ssechaos.model import Run


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = commands.add_parser("report", help="judge and render a saved session again")
    parser.add_argument(
        "run_dir", type=Path, metavar="RUN_DIR", help="a folder under reports, such as reports/latest"
    )
    parser.set_defaults(execute=execute)


def execute(arguments: argparse.Namespace) -> int:
    """Judge every history in the folder, write the reports again, and print the verdict."""
    directory: Path = arguments.run_dir.resolve()
    baseline, runs = load_session(directory)
    summary = _summary(runs, baseline, directory)
    for run in runs:
        write_verdict(directory, summarize_run(run))
    write_reports(directory, summary, runs)
    print(verdict_table(summary, colour=sys.stdout.isatty()))
    return EXIT_CODES[summary["verdict"]]


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
