"""The lanes of the client: the state that it showed, what it told its user; and how the other clients fared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ssechaos.model.entries import Done, ErrorShown, NoticeShown, StateShown
from ssechaos.report.html.axis import LEFT, moment
from ssechaos.report.html.counting import Change, curve
from ssechaos.report.html.lane import Lane, bunched, flag_at, span_of
from ssechaos.report.html.markup import Html, join, tag
from ssechaos.report.html.svg import CHARACTER, label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ssechaos.checkers.story import Story
    from ssechaos.report.html.picture import Picture

STATES = ("connecting", "open", "waiting", "reconnecting", "closed")
_BAR = 22
_FLAG = 18
_TALL = 40


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that the user was told; ``words`` are the client's own, ``kind`` says how it is marked."""

    at: float
    kind: str
    words: str


def shown(story: Story) -> list[Shown]:
    """Everything that the user of one client was told, in order."""
    return [one for entry in story.entries if (one := _told(entry)) is not None]


def states(picture: Picture) -> Lane:
    """The states as bars, each with its name where there is room."""
    spans = list(_states(picture))
    said = "; ".join(f"{state} from {moment(began)} to {moment(ended)}" for state, began, ended in spans[:30])
    drawn = [_bar(picture, *span) for span in spans] or [label(LEFT + 4, 20, "no state was shown", "faint")]
    name = f"State of {picture.story.client}" if picture.others else "Client state"
    return Lane(name, _BAR + 10, join(drawn), f"Client state: {said or 'none shown'}.")


def notices(picture: Picture) -> Lane:
    """A numbered flag for each thing told, or for several at about one moment; the words stand below."""
    told = shown(picture.story)
    placed = [(picture.axis(one.at), (place, one)) for place, one in enumerate(told, start=1)]
    flags = [_flag(x, bunch) for x, bunch in bunched(placed, _FLAG + 2)]
    return Lane(
        "User was told",
        _FLAG + 12,
        join(flags) if flags else label(LEFT + 4, 18, "nothing", "faint"),
        f"The user was told {len(told)} things; they are listed below.",
    )


def others(picture: Picture) -> Lane:
    """How many of the other clients showed open."""
    changes = [change for story in picture.others for change in _opens(story)]
    count = len(picture.others)
    drawn = curve(picture.axis, changes, _TALL, f"of {count} showed open")
    return Lane("Other clients", _TALL + 8, drawn, f"{count} other clients, as a curve of how many show open.")


def _told(entry: object) -> Shown | None:
    if isinstance(entry, NoticeShown):
        return Shown(entry.at, "notice", entry.message)
    if isinstance(entry, ErrorShown):
        return Shown(entry.at, "error", entry.message)
    return Shown(entry.at, "done", "complete") if isinstance(entry, Done) else None


def _states(picture: Picture) -> Iterator[tuple[str, float, float]]:
    entries = list(picture.story.of(StateShown))
    for place, entry in enumerate(entries):
        ended = entries[place + 1].at if place + 1 < len(entries) else picture.history.end
        yield entry.state, entry.at, ended


def _bar(picture: Picture, state: str, began: float, ended: float) -> Html:
    left, right = picture.axis(began), picture.axis(ended)
    width = max(right - left, 1.5)
    kind = state if state in STATES else "unknown"
    fits = width > len(state) * CHARACTER + 8
    return tag(
        "g",
        tag("title", f"{state} from {moment(began)} to {moment(ended)}"),
        tag("rect", class_=f"state {kind}", x=left, y=5.0, width=width, height=float(_BAR)),
        tag("rect", class_=f"pattern {kind}", x=left, y=5.0, width=width, height=float(_BAR)),
        label(left + width / 2, 20, state, "strong", "middle") if fits else Html(""),
    )


def _flag(x: float, bunch: list[tuple[int, Shown]]) -> Html:
    numbers = span_of([str(place) for place, _ in bunch])
    kinds = {one.kind for _, one in bunch}
    kind = "error" if "error" in kinds else "done" if kinds == {"done"} else "notice"
    width = max(_FLAG, len(numbers) * CHARACTER + 8)
    middle = flag_at(x)
    return tag(
        "g",
        tag("title", "; ".join(f"{moment(one.at)} {one.words[:200]}" for _, one in bunch[:5])),
        tag("rect", class_=f"flag {kind}", x=middle - width / 2, y=6.0, width=width, height=float(_FLAG), rx="4"),
        label(middle, 19, numbers, f"strong {kind}", "middle"),
    )


def _opens(story: Story) -> Iterator[Change]:
    is_open = False
    for entry in story.of(StateShown):
        if (entry.state == "open") != is_open:
            is_open = not is_open
            yield Change(entry.at, 1 if is_open else -1)
