"""The place of a reader in its stream, and which ``Last-Event-ID`` says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ssechaos.model.entries import Delivered

_NUMBER = re.compile(r"[0-9]{1,18}")


def number(event_id: str | None) -> int | None:
    """The sequence that an id stands for; None when it does not count events."""
    return int(event_id) if event_id is not None and _NUMBER.fullmatch(event_id) else None


@dataclass(frozen=True, slots=True)
class Place:
    """What a client has: ``last`` is the id that it delivered last, ``gaps`` are those that it was told of."""

    last: str | None = None
    gaps: tuple[tuple[int, int], ...] = ()
    unclear: bool = False
    """A gap was told without its bounds, so for now nobody knows where the stream goes on."""

    def after(self, entry: Delivered) -> Place:
        """The place after another delivery."""
        if entry.event == "gap":
            told = () if entry.gap is None else (entry.gap,)
            return Place(self.last, self.gaps + told, unclear=self.unclear or not told)
        if entry.id is None:
            return self
        return Place(entry.id or None, self.gaps)  # an empty id takes the id back, as the standard says

    def objects_to(self, asked: str | None) -> str | None:
        """What is wrong with asking for what comes after ``asked``; None when it is right."""
        if self.unclear or (asked or None) in self._right():
            return None
        have = "nothing was delivered" if self.last is None else f"{self.last} was delivered last"
        if not asked:
            return f"without Last-Event-ID, while {have}"
        return f"with {self._how(asked)} Last-Event-ID {asked}, while {have}"

    def _right(self) -> frozenset[str | None]:
        nothing: frozenset[str | None] = frozenset({None, "0"}) if self.last is None else frozenset()
        mark = 0 if self.last is None else number(self.last)
        right: set[str | None] = {self.last, *nothing}
        # Told gaps need not be asked for again: one may go on behind them.
        while mark is not None and (beyond := self._beyond(mark)) is not None:
            mark = beyond
            right.add(str(mark))
        return frozenset(right)

    def _beyond(self, mark: int) -> int | None:
        return next((high for low, high in self.gaps if low <= mark + 1 <= high), None)

    def _how(self, asked: str) -> str:
        mark, wanted = number(self.last or "0"), number(asked)
        if mark is None or wanted is None:
            return "another"
        return "a stale" if wanted < mark else "a premature"
