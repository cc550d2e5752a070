"""The page as a whole: verdict first, one file that asks nobody for anything, and open to every reader."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from typing import Any

import pytest

from ssechaos.faults import Stall
from ssechaos.model import History, Step, skipped
from ssechaos.model.entries import FaultBegan, FaultEnded, NoticeShown


def stalled(stream: Any, made: Any, **wrong: Any) -> Any:
    """A run of 30 events with a stall from 1 s to 2 s."""
    faults = [
        FaultBegan(at=1.0, step=0, fault="stall"),
        FaultEnded(at=2.0, step=0, fault="stall", evidence={"bytes_held": 9.0, "longest_hold": 1.0}),
        NoticeShown(at=1.5, client="c1", message="Waiting…"),
    ]
    return made([*stream(30, **wrong), *faults], schedule=(Step(Stall(), 1.0, 2.0),))


@pytest.fixture
def whole(stream: Any, made: Any, page: Any) -> str:
    """A session of everything: a pass, a failure, one with nothing in it and one that was skipped."""
    failed = stalled(stream, made, missing=[12], twice=[20])
    left_out = skipped(History(failed.history.conditions, ()), "no such fault here")
    return str(page(made(stream(), "fine"), failed, made([], "empty"), left_out, interrupted=True))


def test_the_verdict_comes_first_then_what_makes_it_mean_less_then_the_scenarios(whole: str, seen: Any) -> None:
    text = seen(whole).text
    places = [
        text.index("✗ FAIL"),
        text.index("4 scenarios: "),
        text.index("What makes this session INVALID"),
        text.index("What makes a pass mean less"),
        text.index("recovery p95"),
        text.index("Objectives"),
    ]
    assert places == sorted(places)


def test_it_forbids_itself_whatever_is_not_its_own(whole: str, seen: Any) -> None:
    [policy] = [meta["content"] for meta in seen(whole).of("meta") if "http-equiv" in meta]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for name in ("style", "script"):
        content = re.search(rf"<{name}>(.*?)</{name}>", whole, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == "'none'"


def test_no_attribute_needs_what_the_policy_forbids(whole: str, seen: Any) -> None:
    names = {name for _, attributes in seen(whole).elements for name in attributes}
    assert not {name for name in names if name == "style" or name.startswith("on")}


def test_it_refers_to_nothing_outside_its_own_folder(whole: str, seen: Any) -> None:
    found = seen(whole)
    assert not found.all("src")
    links = set(found.all("href"))
    assert {link for link in links if not link.startswith("#")} == {
        "data:,",
        "summary.json",
        *(f"folder{number}/history.jsonl" for number in (0, 1)),
    }
    assert "url(" not in whole.replace("url(#hatch-", "")
    assert "@import" not in whole


def test_every_link_within_the_page_leads_somewhere_and_no_id_is_given_twice(whole: str, seen: Any) -> None:
    found = seen(whole)
    ids = found.all("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in found.all("href") if link.startswith("#")} <= set(ids)
    assert set(re.findall(r"url\(#([\w-]+)\)", whole)) <= set(ids)


def test_every_picture_has_a_title_and_says_in_words_what_it_shows(whole: str, seen: Any) -> None:
    found = seen(whole)
    ids = set(found.all("id"))
    pictures = [svg for svg in found.of("svg") if svg.get("aria-hidden") != "true"]
    assert len(pictures) == 7  # four of the stalled run; no outage met the other one
    for svg in pictures:
        assert svg["role"] == "img"
        assert set((svg["aria-labelledby"] or "").split()) <= ids
    assert "Out of the stair: lost 12; delivered again 20." in found.text


def test_headings_go_down_one_level_at_a_time(whole: str, seen: Any) -> None:
    levels = [int(name[1]) for name, _ in seen(whole).elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_it_can_be_used_without_a_mouse(whole: str, seen: Any) -> None:
    found = seen(whole)
    assert found.of("html")[0]["lang"] == "en"
    assert found.of("a")[0] == {"href": "#scenarios", "class": "skip"}
    focusable = [attributes for _, attributes in found.elements if "tabindex" in attributes]
    assert focusable
    assert all(attributes["tabindex"] == "0" and attributes["aria-label"] for attributes in focusable)
    assert all(cell.get("scope") in ("col", "row") for cell in found.of("th"))
    assert len(found.of("table")) == sum(name == "caption" for name, _ in found.elements)


def test_what_did_not_pass_lies_open_and_the_rest_is_a_click_away(whole: str, seen: Any) -> None:
    cards = [
        has
        for has in seen(whole).of("details")
        if str(has["class" if "class" in has else "open"]).startswith("card")
    ]
    assert [("open" in card, (card["class"] or "").split()[1]) for card in cards] == [
        (False, "pass"),
        (True, "fail"),
        (True, "invalid"),
        (False, "skipped"),
    ]


def test_each_card_has_seed_command_and_raw_lines(stream: Any, made: Any, page: Any, seen: Any) -> None:
    text = seen(page(stalled(stream, made))).text
    assert "What was sent is known from: ledger. Seed 7." in text
    assert "To repeat it: ssechaos run made_up --network embedded --seed 7" in text
    assert '{"at":1.5,"kind":"notice","client":"c1","message":"Waiting\\u2026"' in text


def test_a_session_of_nothing_is_still_a_page(page: Any, seen: Any) -> None:
    found = seen(page())
    assert "? INVALID" in found.text
    assert "no scenario was played, so nothing was shown" in found.text
    assert not found.of("table")


def test_the_same_session_gives_the_same_page(stream: Any, made: Any, page: Any) -> None:
    assert page(stalled(stream, made)) == page(stalled(stream, made))
