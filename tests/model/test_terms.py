"""How the events of a stream are counted, and when it is complete."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import UsageError
from ssechaos.model import Ending, Numbering, Terms, Until, digest
from ssechaos.model.terms import terms_from_json

ENDINGS = ("event:complete", "data:[DONE]", "events:5", "usual")


@pytest.mark.parametrize(("event_id", "sequence"), [("7", 7), ("0", 0), ("007", 7)])
def test_an_id_that_is_a_plain_whole_number_is_the_sequence(event_id: str, sequence: int) -> None:
    assert Numbering.parse("id").of(event_id, "") == sequence


@pytest.mark.parametrize("event_id", [None, "", "a7", "-1", "1.5", "٣", "+1", "1_0", "7\n", "9" * 5000])
def test_no_other_id_is(event_id: str | None) -> None:
    assert Numbering().of(event_id, "7") is None


@pytest.mark.parametrize(
    ("pointer", "data", "sequence"),
    [
        ("/seq", {"seq": 3}, 3),
        ("/a/b", {"a": {"b": 4}}, 4),
        ("/list/1", {"list": [5, 6]}, 6),
        ("/a~1b", {"a/b": 7}, 7),
        ("/m~0n", {"m~n": 8}, 8),
        ("/~01", {"~1": 9}, 9),
        ("/", {"": 10}, 10),
        ("", 11, 11),
    ],
)
def test_a_json_pointer_leads_to_the_sequence_as_rfc_6901_says(pointer: str, data: Any, sequence: int) -> None:
    assert Numbering.parse(f"data:{pointer}").of("1", json.dumps(data)) == sequence


@pytest.mark.parametrize(
    "data",
    [
        *("", "x", "[DONE]", "{}", "[3]", '{"n": "3"}', '{"n": true}', '{"n": 1.5}', '{"n": -1}', '{"n": [1]}'),
        *("[" * 100_000, '{"n": ' + "9" * 5000 + "}"),
    ],
)
def test_data_without_a_whole_number_there_has_no_sequence(data: str) -> None:
    assert Numbering("/n").of("1", data) is None


@pytest.mark.parametrize("token", ["-", "01", "2", "x", "٣"])
def test_a_place_that_a_list_does_not_have_leads_nowhere(token: str) -> None:
    assert Numbering(f"/{token}").of(None, "[1, 2]") is None


@given(st.text(), st.text())
def test_whatever_comes_has_a_sequence_or_none(name: str, data: str) -> None:
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    assert Numbering.parse(f"data:{pointer}").of(None, json.dumps({name: 5})) == 5
    assert Numbering(pointer).of(None, data) is None or data


@pytest.mark.parametrize("text", ["", "ids", "id:", "data", "data:x", "data:/~2", "data:/a~", "id:/x"])
def test_a_numbering_that_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--sequence takes id, or data:/json/pointer"):
        Numbering.parse(text)


@pytest.mark.parametrize("text", ["", "complete", "event:", "data:", "events:0", "events:x", "events:-1", "x:y"])
def test_an_ending_that_can_not_be_read_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--until takes event:NAME"):
        Until.parse(text)


@pytest.mark.parametrize("text", ENDINGS)
def test_what_is_written_is_read_back(text: str) -> None:
    terms = Terms(numbering=Numbering.parse("data:/a~1b"), until=Until.parse(text))
    assert (str(terms.numbering), str(terms.until)) == ("data:/a~1b", text)
    assert terms_from_json(json.loads(json.dumps(asdict(terms)))) == terms


def test_terms_of_an_older_file_are_those_of_the_reference_server() -> None:
    assert terms_from_json({}) == Terms()


@pytest.mark.parametrize(
    ("until", "event", "data", "last"),
    [
        ("usual", "complete", "{}", True),
        ("usual", "complete", "", True),
        ("usual", "message", "[DONE]", True),
        ("usual", "message_stop", "{}", True),
        ("usual", "message", "complete", False),
        ("usual", "message", "[DONE] ", False),
        ("usual", "content_chunk", "[DONE]", False),
        ("usual", "error", "", False),
        ("event:end", "end", "", True),
        ("event:end", "complete", "", False),
        ("data:[DONE]", "token", "[DONE]", True),
        ("data:[DONE]", "complete", "{}", False),
        ("data:a:b", "message", "a:b", True),
        ("events:1", "complete", "{}", False),
    ],
)
def test_a_stream_is_complete_at_what_was_agreed_and_at_nothing_else(
    until: str, event: str, data: str, *, last: bool
) -> None:
    assert Until.parse(until).marks(event, digest(data)) is last
    assert Ending(Terms(until=Until.parse(until))).marked(event, data) is last


def test_a_count_is_of_different_sequences_and_leaves_heartbeats_out() -> None:
    ending = Ending(Terms(until=Until(events=3)))
    taken = [("message", "1"), ("heartbeat", None), ("message", "2"), ("message", "2"), ("complete", None)]
    assert not any(ending.after(event, "", event_id) for event, event_id in taken)
    assert ending.after("message", "", "3")


def test_a_count_reads_sequences_where_they_stand() -> None:
    ending = Ending(Terms(numbering=Numbering("/n"), until=Until(events=2)))
    assert [ending.after("message", f'{{"n": {n}}}', "1") for n in (4, 5)] == [False, True]
