from __future__ import annotations

import pytest

from ssechaos.client.messages import Gap, is_news, read_count, read_gap, shown
from ssechaos.sse import Event


@pytest.mark.parametrize("kind", ["heartbeat", "ping", "error", "gap"])
def test_what_is_about_the_connection_is_no_news_of_the_stream(kind: str) -> None:
    assert not is_news(Event("x", kind))
    assert is_news(Event("x"))


@pytest.mark.parametrize(
    ("data", "gap"),
    [
        ('{"from": 3, "to": 7, "reason": "evicted"}', Gap(3, 7, "evicted")),
        ('{"from": null, "to": 7}', Gap(None, 7, "")),
        ('{"from": 3, "to": null}', Gap(3, None, "")),
        ('{"reason": "restart"}', Gap(None, None, "restart")),
    ],
)
def test_a_gap_event_names_what_is_gone(data: str, gap: Gap) -> None:
    assert read_gap(Event(data, "gap")) == gap


@pytest.mark.parametrize(
    "data",
    [
        "",
        "gone",
        "[1, 2]",
        "{}",
        '{"from": "3", "to": 7}',
        '{"from": 3, "to": 7.5}',
        '{"from": true}',
        "[" * 100_000,
    ],
)
def test_a_gap_event_that_can_not_be_read_is_known_as_such(data: str) -> None:
    assert read_gap(Event(data, "gap")) is None


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (Gap(3, 7, "evicted"), "The server can't replay the events 3 to 7 any more (evicted): they are lost."),
        (Gap(None, 7, ""), "The server can't replay the events up to 7 any more: they are lost."),
        (Gap(3, None, ""), "The server can't replay the events from 3 on any more: they are lost."),
        (Gap(None, None, ""), "The server can't replay some events any more: they are lost."),
        (
            Gap(1, 0, "unknown_id"),
            "The server did not know where to go on (unknown_id); it sends the stream again.",
        ),
    ],
)
def test_a_user_reads_which_events_are_gone(gap: Gap, text: str) -> None:
    assert str(gap) == text


@pytest.mark.parametrize(("data", "count"), [('{"events": 50}', 50), ("{}", 0), ("", 0), ('{"events": "50"}', 0)])
def test_the_last_event_may_say_how_many_there_were(data: str, count: int) -> None:
    assert read_count(Event(data, "complete")) == count


def test_what_a_server_says_is_shown_on_one_short_line() -> None:
    assert shown("a\nb\r\n  c") == "a b c"
    assert shown("x" * 1000) == "x" * 200 + "…"
