"""The card of one scenario: verdict and why, objectives, pictures on one time axis, and how to repeat it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import MARKS, cells, details
from ssechaos.report.html.axis import moment
from ssechaos.report.html.clients import clients
from ssechaos.report.html.delays import delays
from ssechaos.report.html.faults import faults
from ssechaos.report.html.findings import damaged, findings
from ssechaos.report.html.lane_client import shown as told
from ssechaos.report.html.lanes import lanes
from ssechaos.report.html.markup import NOTHING, Html, join, tag
from ssechaos.report.html.objectives import objectives
from ssechaos.report.html.picture import Picture, picture
from ssechaos.report.html.raw import raw
from ssechaos.report.html.recovery import recovery
from ssechaos.report.html.staircase import staircase

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ssechaos.model import Run

_SAID = {"reason": "reason", "at fault": "blame", "not judged": "blame"}
"""What stands at the top of a card, in the words of every report, and its class."""
_MOST_TOLD = 12
_CHARACTERS = 400
"""Of a notice; the raw history has all of it."""


@dataclass(frozen=True, slots=True)
class Card:
    """One run on the page, complete but for its raw lines: how much room there is for them is known last.

    Attributes:
        key: What ids on this card begin with.
        scenario: The run as the summary has it.
        run: The same run with its history.
        body: Everything below the head.
        moments: When something was found, in seconds: what the raw lines must show.
    """

    key: str
    scenario: Mapping[str, Any]
    run: Run
    body: Html
    moments: tuple[float, ...]

    def html(self, folder: str, room: int) -> Html:
        """The whole card, with about ``room`` characters of raw lines; ``folder`` is where its files are."""
        verdict, history = self.scenario["verdict"], self.run.history
        lines = raw(history, self.moments, folder, room) if history.entries else NOTHING
        return tag(
            "details",
            _head(self.scenario, history.conditions.scenario.does),
            tag("div", self.body, lines, class_="body", id=self.key),
            class_=f"card {verdict.lower()}",
            open=None if verdict in ("PASS", "SKIPPED") else "",
        )


def card(key: str, scenario: Mapping[str, Any], run: Run) -> Card:
    """Draw and write everything about one run."""
    shown = picture(key, run)
    moments = [] if shown is None else [mark.at for mark in shown.marks if mark.at is not None]
    return Card(key, scenario, run, join(_body(key, scenario, run, shown)), tuple(moments))


def _head(scenario: Mapping[str, Any], does: str) -> Html:
    verdict, name, *_, note = cells(scenario)
    return tag(
        "summary",
        tag("span", verdict, class_=f"badge {scenario['verdict'].lower()}"),
        tag("h3", name),
        tag("span", does, class_="does"),
        tag("span", note, class_="note") if note else NOTHING,
    )


def _body(key: str, scenario: Mapping[str, Any], run: Run, shown: Picture | None) -> Iterator[Html]:
    yield from (_why(one.label, one.text) for one in details(scenario) if one.label in _SAID)
    if shown is not None:
        yield damaged(shown)
    yield findings(scenario, shown)
    if scenario["objectives"]:
        yield objectives(scenario["objectives"])
    if shown is not None:
        yield _pictures(key, scenario, shown)
    yield faults(scenario["faults"], run.history.conditions.scenario.schedule)
    if shown is not None:
        yield _told(shown)
        yield clients(shown)
    yield _repeat(scenario, str(run.history.conditions.seed))


def _why(label: str, text: str) -> Html:
    return tag("p", tag("b", f"{label}: "), text, class_=_SAID[label])


def _pictures(key: str, scenario: Mapping[str, Any], shown: Picture) -> Html:
    """All on one axis, so they scroll together where the screen is narrower than they are."""
    drawn = {
        "What happened": lanes(shown),
        "Sequence over time: a line for what was produced, a dot for each delivery": staircase(shown),
        "Delay of each event, at the time when it was produced": delays(shown),
        "Recovery: from the healthy network to the first new event": recovery(shown, scenario["objectives"]),
    }
    figures = (tag("figure", tag("figcaption", words), one) for words, one in drawn.items() if one)
    name = f"Pictures of {scenario['name']}"
    return tag(
        "div", *figures, class_="pictures", role="region", tabindex="0", aria_label=name, id=f"{key}-pictures"
    )


def _told(shown: Picture) -> Html:
    """What the user was told, numbered as in its lane."""
    found = told(shown.story)
    if not found:
        return NOTHING
    items = [
        tag("li", tag("time", moment(one.at)), " ", _kind(one.kind), one.words[:_CHARACTERS], class_=one.kind)
        for one in found
    ]
    rest = tag(
        "details",
        tag("summary", f"{len(items) - _MOST_TOLD} more"),
        tag("ol", *items[_MOST_TOLD:], start=_MOST_TOLD + 1),
    )
    title = tag("h4", f"What the user{shown.whose} was told")
    return join([title, tag("ol", *items[:_MOST_TOLD], class_="told"), rest if items[_MOST_TOLD:] else NOTHING])


def _kind(kind: str) -> Html:
    return NOTHING if kind == "notice" else tag("b", f"{MARKS['FAIL' if kind == 'error' else 'PASS']} {kind}: ")


def _repeat(scenario: Mapping[str, Any], seed: str) -> Html:
    known = f"What was sent is known from: {scenario['ground_truth']}. Seed {seed}. To repeat it: "
    return tag("p", known, tag("code", scenario["repeat"]), class_="repeat")
