"""The rows of running scenarios as a table for a terminal: each with a ● in the colour of its state, and the word.

Colour never stands alone: the word beside the mark says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from ssechaos.progress import headline
from ssechaos.report.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssechaos.progress import Row

_STYLES = {
    "starting": "dim",
    "done": "green",
    "open": "green",
    "connecting": "blue",
    "waiting": "yellow",
    "reconnecting": "dark_orange",
    "closed": "red",
    "failed": "red",
}
_FRAME = 2
"""Lines of a table that are no rows: its title and the names of its columns."""


def live_table(rows: Sequence[Row], now: float, elapsed: float, height: int) -> Table:
    """What fits into ``height`` lines, ``elapsed`` seconds after the session began.

    Scenarios that are over make room first, then those that have not begun. ``now`` is on the clock of the rows.
    """
    table = Table(box=None, pad_edge=False, expand=True, title=headline(list(rows), elapsed), title_justify="left")
    table.add_column("scenario", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("events", justify="right", no_wrap=True)
    table.add_column("fault in force", no_wrap=True)
    table.add_column("last notice", no_wrap=True, ratio=1)
    for row in _fitting(rows, height - _FRAME):
        name, state, *others = (Text(safe(cell)) for cell in row.cells(now))
        mark = Text.assemble(("● ", _STYLES[row.state]), state)
        table.add_row(name, mark, *others, style="dim" if row.over or row.began is None else None)
    return table


def _fitting(rows: Sequence[Row], room: int) -> list[Row]:
    """The rows for which there is room, in the order in which they stand."""
    by_interest = sorted(rows, key=lambda row: (row.over, row.began is None))
    kept = {row.scenario.name for row in by_interest[: max(room, 1)]}
    return [row for row in rows if row.scenario.name in kept]
