"""Puts reports on disk: whole or not at all, and with a clear word when the disk refuses.

Each file is written beside its place and then moved there, so that a reader never meets half of one.
"""

from __future__ import annotations

import errno
import json
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ssechaos.errors import ReportError
from ssechaos.report.html import report_html
from ssechaos.report.junit import junit_xml
from ssechaos.report.markdown import summary_markdown
from ssechaos.report.prometheus import prometheus_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ssechaos.model import Run

_REMEDIES = {
    errno.ENOSPC: "free space",
    errno.EDQUOT: "free space",
    errno.EACCES: "allow writing there",
    errno.EPERM: "allow writing there",
    errno.EROFS: "make it writable",
    errno.ENAMETOOLONG: "shorten the name",
}


def write_reports(directory: Path, summary: Mapping[str, Any], runs: Sequence[Run]) -> None:
    """Write the summary of ``runs`` in all its forms into ``directory``, which is made if need be.

    Raises:
        ReportError: one of them could not be written; what was there before is still whole.
    """
    write_whole(directory / "summary.json", _json(summary))
    write_whole(directory / "summary.md", summary_markdown(summary))
    write_whole(directory / "junit.xml", junit_xml(summary))
    write_whole(directory / "metrics.prom", prometheus_text(summary))
    folders = [run_folder(directory, run.name).name for run in runs]
    write_whole(directory / "index.html", report_html(summary, runs, folders))


def write_verdict(directory: Path, scenario: Mapping[str, Any]) -> None:
    """Write one scenario of the summary to ``<scenario>/verdict.json`` under the session's ``directory``.

    Raises:
        ReportError: it could not be written.
    """
    write_whole(run_folder(directory, scenario["name"]) / "verdict.json", _json(scenario))


def run_folder(directory: Path, name: str) -> Path:
    """Where a scenario's files go; a name from a file or a user never leads out of ``directory``."""
    plain = re.sub(r"[^\w.\[\]=-]", "_", name)
    return directory / re.sub(r"^\.+|^$", "_", plain)


def link_latest(reports: Path, run_dir: Path) -> None:
    """Let ``reports/latest`` lead to ``run_dir``, as a relative link, so that the folder can be moved or archived.

    Raises:
        ReportError: links are not possible here, or ``latest`` is something else than a link. The reports
            themselves are not touched by that.
    """
    latest = reports / "latest"
    if latest.exists() and not latest.is_symlink():
        raise ReportError(
            f"{latest} is not a link, so it was left alone; move it away to have it lead to {run_dir}"
        )
    fresh = reports / f".latest.{run_dir.name}"
    with writing_to(latest):
        try:
            fresh.symlink_to(os.path.relpath(run_dir, reports), target_is_directory=True)
            fresh.replace(latest)
        finally:
            fresh.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file of UTF-8 text in one move, making its folder if need be.

    Raises:
        ReportError: it could not be written; a file that was there before is still whole.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    with writing_to(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            unfinished.write_text(text, encoding="utf-8", newline="\n")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Map what the operating system says to a ``ReportError`` that names the path, the cause and a way out."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        remedy = _REMEDIES.get(error.errno or 0)
        advice = f"{remedy} or choose" if remedy else "choose"
        raise ReportError(
            f"reports could not be written to {path}: {cause}; {advice} another folder with --reports"
        ) from error


def _json(value: Mapping[str, Any]) -> str:
    """JSON in ASCII, so that no control or bidirectional character of a stream gets into the file as such."""
    return json.dumps(value, indent=2, allow_nan=False) + "\n"
