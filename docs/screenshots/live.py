"""Makes docs/images/live-view.png: the live display of a real run, as it stands on a terminal after some seconds.

    python docs/screenshots/live.py

tmux is the terminal, rich turns its colours into HTML, Chromium takes the picture. All three must be installed.
"""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.async_api import async_playwright
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

WIDTH, HEIGHT = 130, 29
AFTER = 13.0
"""Seconds into the run at which there is the most to see: stalls, retries, and some that are over."""
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 16px; background: {background}; color: {foreground}; display: inline-block }}
pre {{ font: 14px/1.35 "DejaVu Sans Mono", monospace; margin: 0 }}
{stylesheet}
</style><pre>{code}</pre>"""
IMAGE = Path(__file__).parents[1] / "images" / "live-view.png"


def main() -> None:
    """Play, look, and keep the picture."""
    with tempfile.TemporaryDirectory() as folder:
        seen = _terminal(f"{sys.executable} -m ssechaos.cli run --reports {folder}")
    asyncio.run(_picture(_html(seen)))
    print(f"{IMAGE} ({IMAGE.stat().st_size // 1024} KiB)")


def _terminal(command: str) -> str:
    """What a terminal shows of ``command`` after ``AFTER`` seconds, with its colours as ANSI sequences."""
    tmux = ("tmux", "-L", f"ssechaos-{os.getpid()}")
    subprocess.run([*tmux, "new-session", "-d", "-x", str(WIDTH), "-y", str(HEIGHT), command], check=True)  # noqa: S603 - our own words
    try:
        time.sleep(AFTER)
        shown = subprocess.run([*tmux, "capture-pane", "-e", "-p"], check=True, capture_output=True, text=True)  # noqa: S603 - likewise
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)  # noqa: S603 - likewise
    return shown.stdout.rstrip()


def _html(ansi: str) -> str:
    console = Console(record=True, width=WIDTH, file=io.StringIO())
    console.print(Text.from_ansi(ansi), no_wrap=True, crop=False)
    return console.export_html(theme=MONOKAI, code_format=PAGE)


async def _picture(page: str) -> None:
    chromium = os.environ.get("SSECHAOS_CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        tab = await browser.new_page(viewport={"width": 1200, "height": 600})
        await tab.set_content(page)
        await tab.locator("body").screenshot(path=IMAGE)
        await browser.close()


if __name__ == "__main__":
    main()
