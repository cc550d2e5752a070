"""Makes docs/images/report-*.png: the report by day, by night, on a phone, and that of a run that failed.

    python docs/screenshots/report.py [FOLDER]

The runs are real, played in virtual time: three scenarios of the catalogue with the reference pair, and one with
a client of the zoo (tests/zoo) that skips gaps. Chromium, which must be installed, takes the pictures.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from ssechaos.checkers import judge
from ssechaos.model import Run
from ssechaos.report import summarize, write_reports

CHECKOUT = Path(__file__).parents[2]
sys.path.insert(0, str(CHECKOUT / "tests" / "zoo"))

from bugzoo import ZOO  # noqa: E402 - found by the line above
from bugzoo.playing import SCENARIOS, played  # noqa: E402 - likewise

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from ssechaos.model import Scenario

DESKTOP, PHONE = (1200, 2000), (390, 844)
PASSED = ("handoff", "rapid_toggles", "stall_path")
FAILED = ("skips_gaps", "event_loss")
"""A bug of the zoo, and the scenario that brings it out."""
SHOTS = (
    ("report-light.png", "passed", "light", DESKTOP, "s1"),
    ("report-dark.png", "passed", "dark", DESKTOP, "s1"),
    ("report-failed.png", "failed", "light", (1200, 2000), ""),
    ("report-phone.png", "failed", "light", PHONE, ""),
)
"""File, session, colours, size of the window, and the card that is opened."""


def main() -> None:
    """Play, render, look, and keep the pictures."""
    images = Path(sys.argv[1]) if len(sys.argv) > 1 else CHECKOUT / "docs" / "images"
    bug = next(bug for bug in ZOO if bug.name == FAILED[0])
    sessions = {
        "passed": [_run(SCENARIOS[name]) for name in PASSED],
        "failed": [Run(history := played(SCENARIOS[FAILED[1]], bug), judge(history), history.end)],
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, runs in sessions.items():  # before the browser, whose loop is in the way of a simulated one
            _write(Path(folder) / name, runs)
        _look(Path(folder), images)


def _look(folder: Path, images: Path) -> None:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = os.environ.get("SSECHAOS_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for shot in SHOTS:
            _take(browser, folder, images, *shot)
        browser.close()


def _run(scenario: Scenario) -> Run:
    history = played(scenario)
    return Run(history, judge(history), history.end)


def _write(folder: Path, runs: list[Run]) -> None:
    calm = _run(SCENARIOS["calm"])
    seconds = sum(run.wall_seconds for run in runs)
    summary = summarize(
        runs, run_id="example", started="2025-01-01T12:00:00Z", baseline=calm, wall_seconds=seconds
    )
    write_reports(folder, summary, runs)


def _take(  # noqa: PLR0913, PLR0917 - one row of SHOTS
    browser: Browser,
    folder: Path,
    images: Path,
    file: str,
    session: str,
    scheme: str,
    size: tuple[int, int],
    card: str,
) -> None:
    width, height = size
    tab = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": height}, device_scale_factor=1)
    tab.goto((folder / session / "index.html").as_uri())
    if card:
        tab.locator("details", has=tab.locator(f"#{card}")).evaluate("card => card.open = true")
    tab.screenshot(path=images / file)
    tab.close()
    print(f"{images / file} ({(images / file).stat().st_size // 1024} KiB)")


if __name__ == "__main__":
    main()
