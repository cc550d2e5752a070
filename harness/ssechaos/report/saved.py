"""Reads summaries of earlier sessions back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ssechaos.errors import UsageError
from ssechaos.report.summary import SCHEMA

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "summary.json"


def load_summary(path: Path) -> dict[str, Any]:
    """The summary in a session's folder, or in a file.

    Raises:
        UsageError: there is none that can be read.
    """
    file = path / _FILE if path.is_dir() else path
    try:
        summary = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{file} can't be read: {error}; give the folder of a run, like reports/latest"
        ) from error
    if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
        raise UsageError(f"{file} is no summary of schema {SCHEMA}; give the folder of a run, like reports/latest")
    return summary


def load_summaries(folder: Path) -> list[dict[str, Any]]:
    """The summaries of all sessions in a folder of reports, the oldest first. Links such as ``latest`` count once.

    Raises:
        UsageError: there is none, or one can't be read.
    """
    files = [file for file in sorted(folder.glob(f"*/{_FILE}")) if not file.parent.is_symlink()]
    if not files:
        raise UsageError(f"no <run>/{_FILE} in {folder}; give the folder that runs are kept in, like reports")
    return sorted(map(load_summary, files), key=lambda summary: (summary["started"], summary["run_id"]))
