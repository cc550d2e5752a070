"""The raw lines of a history: all of them while there is room, else those that explain a verdict.

Kept in any case: what is not the ordinary traffic of a healthy stream, and what lies around each finding.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING
from urllib.parse import quote

from ssechaos.model.entries import Clocked, Connect, Delivered, Emitted, Opened, Requested, Sent
from ssechaos.model.history import header, to_line
from ssechaos.report.html.markup import NOTHING, Html, join, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.model import History
    from ssechaos.model.entries import Entry

_AROUND = 15
"""Entries kept before and after the moment of each finding."""
_BULK = (Emitted, Sent, Delivered, Connect, Opened, Requested, Clocked)


def raw(history: History, moments: Sequence[float], folder: str, room: int) -> Html:
    """The lines behind a click, at most about ``room`` characters of them, and a link to the file with all."""
    lines = [to_line(entry.to_json()) for entry in history.entries]
    kept = _kept(history.entries, lines, moments, room)
    left_out = len(lines) - len(kept)
    file = tag("a", "history.jsonl", href=f"{quote(folder)}/history.jsonl")
    note = f"{left_out} of {len(lines)} entries are left out here; all are in " if left_out else "The same as "
    return tag(
        "details",
        tag("summary", f"Raw history: {len(lines)} entries"),
        tag("p", note, file, "."),
        tag(
            "pre",
            tag("code", *_shown(history, lines, kept)),
            role="region",
            tabindex="0",
            aria_label="Raw history",
        ),
        class_="raw",
    )


def _kept(entries: Sequence[Entry], lines: Sequence[str], moments: Sequence[float], room: int) -> list[int]:
    """The places of the entries that are shown, in order."""
    if sum(map(len, lines)) <= room:
        return list(range(len(lines)))
    kept: set[int] = set()
    for place in _wanted(entries, moments):
        room -= 0 if place in kept else len(lines[place])
        if room < 0:
            break
        kept.add(place)
    return sorted(kept)


def _wanted(entries: Sequence[Entry], moments: Sequence[float]) -> Iterator[int]:
    """Places from the most to the least telling."""
    times = [entry.at for entry in entries]
    for at in moments:
        middle = bisect_left(times, at)
        yield from range(max(0, middle - _AROUND), min(len(entries), middle + _AROUND))
    yield from (place for place, entry in enumerate(entries) if not isinstance(entry, _BULK))
    yield from range(len(entries))


def _shown(history: History, lines: Sequence[str], kept: Sequence[int]) -> Iterator[Html]:
    yield join([to_line(header(history.conditions)), Html("\n")]) if lines else NOTHING
    before = -1
    for place in kept:
        yield _gap(place - before - 1)
        line = join([lines[place]])
        telling = not isinstance(history.entries[place], _BULK)
        yield join([tag("b", line) if telling else line, Html("\n")])
        before = place
    yield _gap(len(lines) - before - 1)


def _gap(count: int) -> Html:
    return join([tag("i", f"… {count} left out"), Html("\n")]) if count else NOTHING
