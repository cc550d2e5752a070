"""Many clients at once: which of them is drawn, and how all of them fared."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

from ssechaos.checkers.recovery import returns
from ssechaos.model.entries import Done
from ssechaos.report.html.axis import seconds
from ssechaos.report.html.markup import NOTHING, Html, tag

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ssechaos.checkers.story import Story
    from ssechaos.report.html.picture import Picture


def clients(shown: Picture) -> Html:
    """A table over all clients; nothing when there is only one."""
    if not shown.others:
        return NOTHING
    everyone = (shown.story, *shown.others)
    rows = (tag("tr", tag("th", name, scope="row"), tag("td", words)) for name, words in _facts(shown, everyone))
    caption = f"All {len(everyone)} clients; the pictures show {shown.story.client}"
    return tag("div", tag("table", tag("caption", caption), tag("tbody", *rows), class_="plain"), class_="wide")


def _facts(shown: Picture, everyone: Sequence[Story]) -> Iterator[tuple[str, str]]:
    ends = Counter(_end(story) for story in everyone)
    yield "how they ended", ", ".join(f"{count} {end}" for end, count in ends.most_common())
    delivered = [len({sequence for sequence, _ in story.sequenced()}) for story in everyone]
    yield "events delivered to each", f"{min(delivered)} to {max(delivered)}, median {median(delivered):g}"
    took = [way.until - way.since for way in returns(shown.history) if way.until is not None]
    if took:
        spread = f"{seconds(min(took))} to {seconds(max(took))}, median {seconds(median(took))}"
        yield "recovery", f"{len(took)} ways back: {spread}"


def _end(story: Story) -> str:
    if story.end is None:
        return "did not end by themselves"
    return "complete" if isinstance(story.end, Done) else "gave up with an error shown"
