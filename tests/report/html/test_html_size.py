"""A page stays small and is made quickly, however much happened: pictures depend on pixels, raw lines on room."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest

from ssechaos.report.html.raw import raw

SCENARIOS, ENTRIES = 50, 2000


@pytest.fixture(scope="module")
def session(stream: Any, made: Any) -> list[Any]:
    """50 runs with 2,000 entries each, every tenth event lost."""
    events = ENTRIES // 3
    entries = stream(events, missing=range(10, events, 10), every=0.02)
    return [made(entries, f"scenario_{number}") for number in range(SCENARIOS)]


def test_fifty_scenarios_with_100_000_entries_are_made_in_seconds_and_stay_below_5_mb(
    session: Any, page: Any
) -> None:
    assert sum(len(run.history.entries) for run in session) >= 0.95 * SCENARIOS * ENTRIES
    began = time.process_time()
    text = page(*session)
    assert time.process_time() - began < 15  # it takes about 3; processor time, as others may want the machine
    assert len(text.encode()) < 5_000_000


def test_ten_times_as_many_events_take_no_more_elements(stream: Any, made: Any, page: Any, seen: Any) -> None:
    few, many = (seen(page(made(stream(count, missing=[5]), "a"))) for count in (400, 4000))
    drawn = [
        [name for name, _ in found.elements if name in ("path", "rect", "text", "g")] for found in (few, many)
    ]
    assert len(drawn[1]) <= 1.2 * len(drawn[0])


def test_pictures_of_very_many_events_are_bounded_by_their_pixels(stream: Any, made: Any, page: Any) -> None:
    paths = re.findall(r' d="([^"]*)"', page(made(stream(20_000, every=0.01))))
    assert max(map(len, paths)) < 60_000


def test_a_history_with_room_is_shown_whole(stream: Any, made: Any, seen: Any) -> None:
    run = made(stream(10))
    text = seen(raw(run.history, [], "made_up", 1_000_000)).text
    assert "The same as history.jsonl." in text
    assert text.rstrip().endswith("\n".join(run.history.to_lines()))


def test_a_history_without_room_keeps_what_explains_it_and_says_how_much_is_left_out(
    stream: Any, made: Any, seen: Any
) -> None:
    run = made(stream(1000))
    text = seen(raw(run.history, [50.0], "made_up", 12_000)).text
    lines = [line for line in text.splitlines() if line.startswith('{"at"')]
    assert sum(map(len, lines)) <= 12_000
    total = len(run.history.entries)
    assert f"{total - len(lines)} of {total} entries are left out here; all are in history.jsonl." in text
    assert '{"at":50.0,"kind":"delivered"' in text
    assert '{"at":49.8,"kind":"delivered"' in text  # what led to it
    assert '"kind":"state","client":"c1","state":"closed"' in text
    gaps = [int(count) for count in re.findall(r"… (\d+) left out", text)]
    assert sum(gaps) == total - len(lines)


def test_a_folder_with_odd_characters_is_still_a_link(stream: Any, made: Any, seen: Any) -> None:
    assert seen(raw(made(stream(1)).history, [], "a[b=c] d", 1000)).all("href") == [
        "a%5Bb%3Dc%5D%20d/history.jsonl"
    ]
