"""A history told once per client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssechaos.checkers.story import stories, told_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.model import History

    Tell = Callable[..., History]


def test_clients_are_told_apart_in_the_order_of_their_first_words(tell: Tell) -> None:
    history = tell().connects(0.0, client="c2").connects(0.1).delivers(0.2, 1, client="c2").history()
    assert [story.client for story in stories(history)] == ["c2", "c1"]


def test_the_last_history_is_told_only_once_and_another_one_anew(tell: Tell) -> None:
    asked: list[History] = []

    @told_once
    def length(history: History) -> int:
        asked.append(history)
        return len(history.entries)

    short, long = tell().connects(0.0).history(), tell().connects(0.0).streams(0.1, 1, 3).history()
    assert [length(short), length(short), length(long)] == [len(short.entries)] * 2 + [len(long.entries)]
    assert asked == [short, long]
    assert length(short) == len(short.entries)
