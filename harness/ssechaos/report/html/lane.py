"""One lane of the swim lanes, and how things that overlap in time share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from ssechaos.report.html.axis import RIGHT, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ssechaos.report.html.markup import Html

T = TypeVar("T")

_TWO = 2

_NAME = 17
"""Characters that fit into the left margin."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A strip of the picture, drawn from its own upper edge downwards.

    Attributes:
        name: What stands beside it.
        height: In pixels.
        drawn: Its shapes.
        said: The same in words, for those who do not see it.
    """

    name: str
    height: float
    drawn: Html
    said: str


def stacked(items: Sequence[T], ends: Callable[[T], tuple[float, float]], most: int) -> list[tuple[T, int]]:
    """Each item with a row in which it overlaps none before it; what finds no room shares the last of ``most``."""
    free: list[float] = []
    placed = []
    for item in items:
        left, right = ends(item)
        row = next((row for row, edge in enumerate(free) if edge <= left), len(free))
        row = min(row, most - 1)
        if row < len(free):
            free[row] = max(right, free[row])
        else:
            free.append(right)
        placed.append((item, row))
    return placed


def bunched(items: Iterable[tuple[float, T]], width: float) -> list[tuple[float, list[T]]]:
    """Items that would lie within ``width`` pixels of each other together, at the pixel of their first."""
    bunches: list[tuple[float, list[T]]] = []
    for x, item in sorted(items, key=lambda one: one[0]):
        if bunches and x - bunches[-1][0] < width:
            bunches[-1][1].append(item)
        else:
            bunches.append((x, [item]))
    return bunches


def short(name: str) -> str:
    """A name cut to what fits beside a lane."""
    return name if len(name) <= _NAME else f"{name[: _NAME - 1]}…"


def span_of(names: Sequence[str]) -> str:
    """``A``, ``A,B`` or ``A…D``: what stands on the flag of a bunch."""
    if len(names) == 1:
        return names[0]
    return f"{names[0]}{',' if len(names) == _TWO else '…'}{names[-1]}"


def flag_at(x: float) -> float:
    """The middle of a flag at ``x`` that stays within the picture."""
    return min(x, WIDTH - RIGHT - 8)
