"""The table that a session prints, and the same as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_HEAD = ("setting", "measured", "compared", "limit", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing that was measured; the texts are for people, ``figures`` are the same for programs."""

    section: str
    setting: str
    measured: str
    compared: str = ""
    """The error against what was set, or the ratio to a direct connection."""
    limit: str = ""
    ok: bool | None = None
    """Whether the limit is kept; None where there is none."""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """What stands at the end of the row."""
        return "" if self.ok is None else "ok" if self.ok else "MISSED"


def missed(rows: Iterable[Row]) -> list[Row]:
    """The rows whose limit was not kept."""
    return [row for row in rows if row.ok is False]


def render(rows: Sequence[Row]) -> str:
    """The rows under their sections, in aligned columns, each line without blanks at its end."""
    widths = [max(map(len, column)) for column in zip(_HEAD, *map(_cells, rows), strict=True)]
    return "\n".join(line.rstrip() for line in _lines(rows, widths))


def as_json(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows as plain JSON values."""
    return [asdict(row) for row in rows]


def _lines(rows: Sequence[Row], widths: Sequence[int]) -> Iterator[str]:
    yield _aligned(_HEAD, widths)
    for section, members in groupby(rows, key=lambda row: row.section):
        yield ""
        yield section
        for row in members:
            yield _aligned(_cells(row), widths)


def _cells(row: Row) -> tuple[str, ...]:
    return (row.setting, row.measured, row.compared, row.limit, row.verdict)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  " + "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
