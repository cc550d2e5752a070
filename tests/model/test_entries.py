"""Facts as JSON and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssechaos.errors import UsageError
from ssechaos.model import digest
from ssechaos.model.entries import ENTRIES, Connect, Delivered, Entry, entry_from_json

VALUES: dict[Any, st.SearchStrategy[Any]] = {
    float: st.floats(0, 1e6).map(lambda value: round(value, 6)),
    int: st.integers(),
    bool: st.booleans(),
    str: st.text(),
    str | None: st.none() | st.text(),
    int | None: st.none() | st.integers(),
    float | None: st.none() | st.floats(0, 1e6),
    tuple[int, int] | None: st.none() | st.tuples(st.integers(), st.integers()),
    dict[str, float]: st.dictionaries(st.text(), st.floats(0, 1e6)),
}


def any_of(kind: type[Entry]) -> st.SearchStrategy[Entry]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: VALUES[hints[field.name]] for field in fields(kind)})


@given(st.one_of([any_of(kind) for kind in ENTRIES.values()]))
def test_every_entry_reads_back_as_it_was_written(entry: Entry) -> None:
    line = json.dumps(entry.to_json())
    assert entry_from_json(json.loads(line)) == entry


@pytest.mark.parametrize(("kind", "entry"), ENTRIES.items())
def test_every_kind_says_who_stated_it(kind: str, entry: type[Entry]) -> None:
    assert entry.kind == kind
    assert entry.source in {"client", "server", "network", "runner"}


def test_the_json_of_an_entry_begins_with_time_and_kind() -> None:
    entry = Connect(at=1.23456789, client="c1", attempt=0, last_event_id=None)
    assert list(entry.to_json().items()) == [
        ("at", 1.234568),
        ("kind", "connect"),
        ("client", "c1"),
        ("attempt", 0),
        ("last_event_id", None),
    ]


def test_an_unknown_kind_is_refused_with_a_hint() -> None:
    with pytest.raises(UsageError, match=r"unknown kind 'teleported'.*newer version"):
        entry_from_json({"at": 0.0, "kind": "teleported"})


@pytest.mark.parametrize("data", [{"at": 0.0, "kind": "done"}, {"at": 0.0, "kind": "done", "client": "c", "x": 1}])
def test_a_missing_or_unknown_field_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="history entry 'done'"):
        entry_from_json(data)


def test_a_gap_reads_back_as_a_pair() -> None:
    entry = Delivered(at=0.0, client="c", id=None, event="gap", sequence=None, digest="", size=0, gap=(3, 5))
    assert entry_from_json(json.loads(json.dumps(entry.to_json()))).gap == (3, 5)


@given(st.text(), st.text())
def test_a_digest_tells_texts_apart(one: str, other: str) -> None:
    assert (digest(one) == digest(other)) is (one == other)


def test_a_digest_takes_half_a_surrogate_pair() -> None:
    assert len(digest("\ud83d")) == 16
