"""Findings in words: short sequences, readable times, the fault in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ssechaos.checkers.wording import Words, events, names, seconds
from ssechaos.model import Clients

if TYPE_CHECKING:
    from collections.abc import Callable

    Tell = Callable[..., Any]


@pytest.mark.parametrize(
    ("sequences", "text"),
    [([7], "7"), ([9, 7, 10, 11, 12], "7, 9-12"), ([1, 2], "1-2"), ([3, 3], "3"), ([], "")],
)
def test_sequences_are_written_as_a_reader_would(sequences: list[int], text: str) -> None:
    assert names(sequences) == text


def test_many_sequences_are_counted_in_the_end() -> None:
    assert names(range(0, 100, 2)).endswith("16, 18 and 40 more")


def test_one_event_is_singular() -> None:
    assert events([7]) == "event 7"
    assert events([7, 8]) == "events 7-8"


@pytest.mark.parametrize(
    ("value", "text"), [(1.9, "1.9 s"), (2.4119, "2.41 s"), (1234.5, "1234.5 s"), (0.0, "0 s")]
)
def test_seconds_have_no_more_digits_than_needed(value: float, text: str) -> None:
    assert seconds(value) == text


def test_the_faults_in_force_are_named_each_once(tell: Tell) -> None:
    history = (
        tell("dark", "mild", "dark").fault(1.0, 3.0).fault(1.5, 3.0, step=1).fault(1.5, 3.0, step=2).history()
    )
    words = Words(history)
    assert words.during(2.0) == ", during dark and mild"
    assert words.during(1.2) == ", during dark"
    assert words.during(0.5) == ""
    assert words.during(4.0) == ", 1 s after dark"


def test_a_client_is_named_only_among_others(tell: Tell) -> None:
    assert Words(tell().history()).whose("c1") == ""
    assert Words(tell(clients=Clients(count=2)).history()).whose("c1") == "c1: "
