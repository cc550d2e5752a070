"""What is held against a run: every finding with its moment, and every event that did not arrive as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import NO_VALUE, bounded
from ssechaos.report.html.axis import moment
from ssechaos.report.html.markup import NOTHING, Html, join, tag
from ssechaos.report.html.picture import letter
from ssechaos.report.html.troubles import Circumstances, grouped, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ssechaos.report.html.picture import Mark, Picture
    from ssechaos.report.html.troubles import Trouble

_FIRST = 5
_MOST_EVENTS = 30
_FAULT, _SAW = "fault in force", "user saw"
_HEAD = ("", "what", "when", _FAULT, _SAW)
_WORDS = {
    "lost": "never delivered, and the user was not told",
    "told": "never delivered; the user was told",
    "again": "delivered again",
    "late": "delivered after a later one",
    "corrupted": "delivered with other bytes than were sent",
    "phantom": "delivered, never sent",
}


def findings(scenario: Mapping[str, Any], shown: Picture | None) -> Html:
    """A table of the findings; nothing when there are none."""
    found = scenario["findings"]
    if not found:
        return NOTHING
    marks: Sequence[Mark | None] = shown.marks if shown is not None else [None] * len(found)
    around = None if shown is None else Circumstances(shown.history)
    rows = [_finding(place, *pair, shown, around) for place, pair in enumerate(zip(found, marks, strict=True))]
    return _folded("Findings", _HEAD, rows)


def damaged(shown: Picture) -> Html:
    """A table of the events that did not arrive as they should; nothing when all did."""
    groups = grouped(shown.troubles)
    if not groups:
        return NOTHING
    around = Circumstances(shown.history)
    rows = [_events(group, shown, around) for group in groups[:_MOST_EVENTS]]
    caption = f"Events that did not arrive as they should{shown.whose}"
    if len(groups) > _MOST_EVENTS:
        caption += f": the first {_MOST_EVENTS} of {len(groups)} groups"
    return _folded(caption, ("which", "what happened", "when", _FAULT, _SAW), rows)


def _folded(caption: str, head: Sequence[str], rows: Sequence[Html]) -> Html:
    """A table with the first rows; the others are a click away."""
    first, more = _table(caption, head, rows[:_FIRST]), rows[_FIRST:]
    if not more:
        return first
    rest = tag("details", tag("summary", f"{len(more)} more"), _table(f"{caption}, the others", head, more))
    return join([first, rest])


def _table(caption: str, head: Sequence[str], rows: Any) -> Html:
    cells = (tag("th", name, scope="col") if name else tag("td") for name in head)
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", tag("tr", *cells)),
            tag("tbody", *rows),
            class_="findings",
        ),
        class_="wide",
    )


def _finding(
    place: int,
    finding: Mapping[str, Any],
    mark: Mark | None,
    shown: Picture | None,
    around: Circumstances | None,
) -> Html:
    at = None if mark is None else mark.at
    side = tag("span", f" · {finding['side']}'s side", class_="side") if finding.get("side") else NOTHING
    doubt = tag("span", f" · {finding['verdict']}", class_="side") if finding["verdict"] != "FAIL" else NOTHING
    return tag(
        "tr",
        tag("th", _letter(place, at, shown), scope="row"),
        tag("td", tag("b", finding["name"]), side, doubt, tag("br"), bounded(finding["message"])),
        tag("td", NO_VALUE if at is None else moment(at), class_="when", data_label="when"),
        tag("td", NO_VALUE if at is None or around is None else around.faults(at), data_label=_FAULT),
        tag("td", NO_VALUE if at is None or shown is None else _state(shown, at), class_="when", data_label=_SAW),
    )


def _letter(place: int, at: float | None, shown: Picture | None) -> Html:
    name = letter(place)
    if at is None or shown is None:
        return tag("span", name, class_="flag finding")
    return tag("a", name, class_="flag finding", href=f"#{shown.key}-{name}", title="show on the time axis")


def _events(group: Sequence[Trouble], shown: Picture, around: Circumstances) -> Html:
    first, last = group[0], group[-1]
    return tag(
        "tr",
        tag("th", names(group), scope="row"),
        tag("td", _WORDS[first.kind], tag("br"), tag("small", around.wires(first.sequence))),
        tag("td", _when(first, last), class_="when", data_label="when"),
        tag("td", *_blamed(first.at, around), data_label=_FAULT),
        tag("td", NO_VALUE if first.at is None else _state(shown, first.at), class_="when", data_label=_SAW),
    )


def _when(first: Trouble, last: Trouble) -> str:
    if first.at is None or last.at is None:
        return "not known"
    verb = "sent" if first.kind in ("lost", "told") else "delivered"
    return f"{verb} {moment(first.at)}" + (f" to {moment(last.at)}" if last is not first else "")


def _blamed(at: float | None, around: Circumstances) -> list[Html | str]:
    if at is None:
        return [NO_VALUE]
    strike = around.strike(at)
    return [around.faults(at), *([tag("br"), tag("small", f"struck: {strike}")] if strike else [])]


def _state(shown: Picture, at: float) -> str:
    return shown.story.state_at(at + 1e-9) or "nothing yet"
