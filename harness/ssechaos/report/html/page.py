"""The whole page: verdict first, then what makes it mean less, then the scenarios.

One file that asks nobody for anything: it forbids itself to (Content Security Policy, level 3), and names its own
style and script by their hashes, so that nothing that a stream brings along could ever run.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ssechaos.report.facts import MARKS, closing, conditions, headline, remarks
from ssechaos.report.html.card import card
from ssechaos.report.html.cautions import cautions
from ssechaos.report.html.defs import DEFINITIONS
from ssechaos.report.html.markup import NOTHING, Html, join, tag
from ssechaos.report.html.overview import overview

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ssechaos.model import Run

ROOM = 4_500_000
"""Characters that a page may take: raw lines fill what its pictures and words leave."""
_LEAST, _MOST = 4000, 300_000
"""Characters of raw lines: what each run has in any case, and what nobody reads beyond in a browser."""
_MARKUP = 0.8
"""The share of raw lines in what they take on the page, which the markup between them adds to."""


def report_html(summary: Mapping[str, Any], runs: Sequence[Run], folders: Sequence[str]) -> str:
    """The page as text.

    Args:
        summary: what ``summarize`` made of ``runs``.
        runs: the same runs in the same order, with their histories.
        folders: where the files of each run are, beside the page.
    """
    style, script = _asset("style.css"), _asset("script.js")
    page = tag("html", _head(summary, style, script), _body(summary, runs, folders, script), lang="en")
    return f"<!DOCTYPE html>\n{page}\n"


def _asset(name: str) -> Html:
    """A file beside this module; its text is ours, and holds no end tag."""
    return Html(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _head(summary: Mapping[str, Any], style: Html, script: Html) -> Html:
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; img-src data:; base-uri 'none'"
    )
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=f"{policy}; form-action 'none'"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{MARKS[summary['verdict']]} {summary['verdict']}: {headline(summary)}"),
        tag("style", style),
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _body(summary: Mapping[str, Any], runs: Sequence[Run], folders: Sequence[str], script: Html) -> Html:
    keys = [f"s{number}" for number, _ in enumerate(runs, start=1)]
    return tag(
        "body",
        tag("a", "Skip to the scenarios", href="#scenarios", class_="skip"),
        DEFINITIONS,
        tag("header", *_verdict(summary)),
        tag("main", *_main(summary, runs, folders, keys)),
        tag("footer", *_footer(summary)),
        tag("script", script),
    )


def _verdict(summary: Mapping[str, Any]) -> Iterator[Html]:
    verdict = summary["verdict"]
    yield tag("p", "ssechaos report", class_="eyebrow")
    badge = tag("span", f"{MARKS[verdict]} {verdict}", class_=f"badge {verdict.lower()}")
    yield tag("h1", badge, tag("span", headline(summary), class_="headline"))
    yield tag("p", conditions(summary), class_="conditions")
    yield tag("p", closing(summary), class_="conditions")


def _main(
    summary: Mapping[str, Any], runs: Sequence[Run], folders: Sequence[str], keys: Sequence[str]
) -> Iterator[Html]:
    yield _notes("What makes this session INVALID", "remarks", list(remarks(summary)))
    yield _notes("What makes a pass mean less", "cautions", list(cautions(summary)))
    yield tag("h2", "Scenarios", id="scenarios")
    yield overview(summary["scenarios"], keys)
    cards = [card(*one) for one in zip(keys, summary["scenarios"], runs, strict=True)]
    left = (ROOM - sum(len(one.body) for one in cards)) / max(1, len(cards))
    room = min(_MOST, max(_LEAST, int(left * _MARKUP)))
    yield from (one.html(folder, room) for one, folder in zip(cards, folders, strict=True))


def _notes(title: str, kind: str, notes: Sequence[str]) -> Html:
    if not notes:
        return NOTHING
    return tag(
        "section", tag("h2", title), tag("ul", *(tag("li", note) for note in notes)), class_=f"notes {kind}"
    )


def _footer(summary: Mapping[str, Any]) -> Iterator[Html]:
    parts = (f"run {summary['run_id']}", f"started {summary['started']}", "the same as data: ")
    yield join([" · ".join(parts), tag("a", "summary.json", href="summary.json")])
