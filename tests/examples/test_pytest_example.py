"""The recipe for pytest users works as it stands, is ten lines, and is what its page shows.

CI installs ``examples/pytest-fastapi/requirements.txt`` first, so that nothing is skipped there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "pytest-fastapi"
TEST = (FOLDER / "test_stream.py").read_text(encoding="utf-8")
MISSING = [name for name in ("fastapi", "uvicorn") if find_spec(name) is None]


@pytest.mark.skipif(
    bool(MISSING),
    reason=f"{', '.join(MISSING)} not installed: pip install -r examples/{FOLDER.name}/requirements.txt",
)
def test_it_plays_both_scenarios_against_the_app(tmp_path: Path) -> None:
    options = (f"--config-file={os.devnull}", "--rootdir=.", "-p", "no:cacheprovider", f"--sse-reports={tmp_path}")
    done = subprocess.run(  # noqa: S603 - pytest, as its user runs it
        [sys.executable, "-m", "pytest", "-q", *options],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    summary = json.loads((tmp_path / "latest" / "summary.json").read_text(encoding="utf-8"))
    found = {scenario["name"]: scenario["verdict"] for scenario in summary["scenarios"]}
    assert found == {"handoff": "PASS", "stall": "PASS"}
    assert summary["target"].endswith("/stream")


def test_ten_lines_are_enough() -> None:
    assert sum(bool(line) and not line.startswith('"""') for line in TEST.splitlines()) <= 10


def test_the_page_shows_it_as_it_is() -> None:
    page = (ROOT / "docs" / "pytest-recipe.md").read_text(encoding="utf-8")
    assert TEST.partition("\n\n")[2] in page


def test_what_it_needs_is_pinned() -> None:
    lines = (FOLDER / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert all("==" in line for line in lines if not line.startswith("#"))
