"""Live progress while pytest waits for a scenario: a table on a terminal, plain lines now and then in a log."""

from __future__ import annotations

import time
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console
from rich.control import Control
from rich.live import Live
from rich.segment import ControlType

from ssechaos.live_table import live_table
from ssechaos.progress import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest
    from _pytest.capture import CaptureManager
    from _pytest.terminal import TerminalReporter

    from ssechaos.session import Session

LOOK_EVERY = 0.25
"""Seconds between two looks at the rows."""
PRINT_EVERY = 10.0
"""Seconds between two blocks of plain lines."""


@contextmanager
def display(config: pytest.Config, session: Session, began: float) -> Iterator[Callable[[], None]]:
    """Gives a function that waits a moment and shows how far the session is.

    Meanwhile pytest captures nothing, or it would take the display for the output of a test.
    """
    reporter: TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    capture: CaptureManager | None = config.pluginmanager.get_plugin("capturemanager")
    if reporter is None:  # a worker of pytest-xdist has no terminal
        yield lambda: time.sleep(LOOK_EVERY)
        return
    with capture.global_and_fixture_disabled() if capture else nullcontext():
        if reporter.isatty:
            with _table(reporter, session, began) as show:
                yield show
        else:
            yield _lines(reporter, session, began)


def _lines(reporter: TerminalReporter, session: Session, began: float) -> Callable[[], None]:
    def show() -> None:
        now = time.monotonic() - began
        time.sleep(LOOK_EVERY)
        later = time.monotonic() - began
        if now // PRINT_EVERY != later // PRINT_EVERY:
            rows = list(session.rows.values())
            reporter.write(f"\n{plain(rows, time.monotonic(), later)}\n")  # after pytest's own dots

    return show


@contextmanager
def _table(reporter: TerminalReporter, session: Session, began: float) -> Iterator[Callable[[], None]]:
    console = Console(file=reporter._tw._file, force_terminal=True)  # noqa: SLF001 - pytest has no public face for it
    console.control(
        Control((ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2))
    )  # over pytest's own dots
    with Live(console=console, transient=True, auto_refresh=False) as live:

        def show() -> None:
            now = time.monotonic()
            rows = list(session.rows.values())
            live.update(live_table(rows, now, now - began, console.height), refresh=True)
            time.sleep(LOOK_EVERY)

        yield show
