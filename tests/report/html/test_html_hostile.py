"""Whatever a stream, a client or a file says stays text: no element, no attribute, no link comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssechaos.faults import Stall
from ssechaos.model import Finding, Run, Step
from ssechaos.model.entries import (
    Broken,
    Closed,
    Delivered,
    ErrorShown,
    FaultBegan,
    FaultEnded,
    FaultStruck,
    Lagged,
    Misbehaved,
    NoticeShown,
    Sent,
    StateShown,
)
from ssechaos.report.safe import safe

TEMPLATE = {
    "html": "lang",
    "meta": "charset http-equiv content name",
    "link": "rel href",
    "a": "href class title",
    "svg": "class viewbox role aria-labelledby width height aria-hidden",
    "pattern": "id width height patternunits",
    "details": "class open",
    "th": "scope class",
    "td": "class data-label",
    "div": "class id role tabindex aria-label",
    "pre": "role tabindex aria-label",
    "ol": "class start",
    **dict.fromkeys(["span", "p", "h1", "h2", "h3", "h4", "section", "table", "li", "title", "desc"], "class id"),
    **dict.fromkeys(["g", "path", "rect", "text"], "class x y width height rx d id transform text-anchor"),
    **dict.fromkeys(
        [
            "head",
            "body",
            "header",
            "main",
            "footer",
            "style",
            "script",
            "defs",
            "ul",
            "thead",
            "tbody",
            "tr",
            "caption",
            "summary",
        ],
        "",
    ),
    **dict.fromkeys(["figure", "figcaption", "time", "code", "b", "i", "br", "small"], ""),
}
"""Every element of the page with every attribute that it may have."""

PLANTED = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    "]]>",
    "</svg></title></style></script></pre></details>",
    "<!-- --><![CDATA[",
    "&lt;b&gt;&#60;",
    "\u202e\u2066\u200b\ufeff",
    "\x00\x1b[2J\r\n\t",
    "\ud800",
    "javascript:alert(1)",
    "../../etc/passwd",
]
any_text = st.sampled_from(PLANTED) | st.text(st.characters() | st.sampled_from("<>&\"'`=/!-]\x00\u202e"))


def hostile(planted: str, stream: Any, made: Any) -> Run:
    """A run in which everything that somebody else may say is ``planted``."""
    client = f"c{planted}"
    said = [
        StateShown(at=0.1, client=client, state=planted),
        NoticeShown(at=0.2, client=client, message=planted),
        Misbehaved(at=0.3, client=client, message=planted),
        ErrorShown(at=0.9, client=client, message=planted),
        Delivered(at=0.4, client=client, id=planted, event=planted, sequence=3, digest=planted, size=1),
        Delivered(at=0.4, client=client, id=planted, event=planted, sequence=None, digest=planted, size=1),
        Sent(at=0.4, connection=1, sequence=4, event=planted, digest=planted, replayed=True, id=planted),
        Closed(at=0.5, connection=2, how=planted),
        FaultBegan(at=0.1, step=0, fault=planted, modelled=True),
        FaultStruck(at=0.2, step=0, connection=1, what=planted),
        FaultEnded(at=0.6, step=0, fault=planted, evidence={planted: 1.0}),
        Lagged(at=0.5, seconds=0.1),
        Broken(at=0.8, where=planted, message=planted),
    ]
    conditions = {"client": planted, "client_is_command": True, "target": planted, "network": planted}
    run = made(
        [*stream(10, missing=[5], twice=[2], client=client), *said],
        planted,
        does=planted,
        schedule=(Step(Stall(), 0.1, 0.6),),
        conditions=conditions,
    )
    found = Finding(planted, planted, 0.3)
    judgement = replace(run.judgement, findings=(*run.judgement.findings, found), reason=planted)
    return Run(run.history, judgement, 1.0)


def check(planted: str, stream: Any, made: Any, page: Any, seen: Any) -> Any:
    runs = [hostile(planted, stream, made), made(stream(3), planted)]
    found = seen(page(*runs, run_id=planted, started=planted, baseline=runs[0]))
    for name, attributes in found.elements:
        assert set(attributes) <= set(TEMPLATE[name].split()), f"<{name}> has {sorted(attributes)}"
    assert not found.asides
    links = {link.split("#")[0].split("/")[0] for link in found.all("href")}
    assert links == {"", "data:,", "summary.json", "folder0", "folder1"}
    assert all(name.isascii() and name.isprintable() for name in (*found.all("id"), *found.all("class")))
    return found


@pytest.mark.parametrize("planted", PLANTED)
def test_planted_markup_is_shown_as_text(planted: str, stream: Any, made: Any, page: Any, seen: Any) -> None:
    assert safe(planted) in check(planted, stream, made, page, seen).text


@settings(max_examples=60, deadline=None)
@given(planted=any_text)
def test_no_text_becomes_structure(planted: str, stream: Any, made: Any, page: Any, seen: Any) -> None:
    check(planted, stream, made, page, seen)


def test_no_character_that_a_reader_cannot_see_is_on_the_page(stream: Any, made: Any, page: Any) -> None:
    text = page(hostile("\u202e\u2066\x00\x1b", stream, made))
    assert [character for character in text if not character.isprintable()] == ["\n"] * text.count("\n")
