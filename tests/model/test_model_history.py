"""A history on disk: JSON Lines with a header, readable even when the run was killed."""

from __future__ import annotations

import json
import shlex

import pytest

from ssechaos.errors import UsageError
from ssechaos.model import (
    ClientPolicy,
    Clients,
    Conditions,
    History,
    Numbering,
    Recorder,
    Scenario,
    Terms,
    Until,
    history_from_lines,
)
from ssechaos.model.entries import Connect, Done, FaultEnded

HISTORY = History(
    Conditions(scenario=Scenario(name="calm", does="nothing"), seed=7, network="simulated", client="other"),
    (
        Connect(at=0.5, client="c1", attempt=0, last_event_id=None),
        Done(at=1.0, client="c1"),
        FaultEnded(at=2.0, step=0, fault="reset", evidence={"connections": 1.0}),
    ),
)


def test_a_history_reads_back_as_it_was_written() -> None:
    assert history_from_lines(HISTORY.to_lines()) == HISTORY


def test_empty_lines_and_line_ends_do_not_matter() -> None:
    assert history_from_lines(f"{line}\n" for row in HISTORY.to_lines() for line in (row, "")) == HISTORY


def test_a_last_line_that_was_cut_off_anywhere_is_left_out() -> None:
    *whole, last = HISTORY.to_lines()
    for length in range(1, len(last)):
        assert history_from_lines([*whole, last[:length]]).entries == HISTORY.entries[:-1]


def test_a_broken_line_in_the_middle_is_refused_with_its_number() -> None:
    head, first, *rest = HISTORY.to_lines()
    with pytest.raises(UsageError, match="history line 2 is no JSON"):
        history_from_lines([head, first[:-1], *rest])
    with pytest.raises(UsageError, match="history line 2 is no JSON object"):
        history_from_lines([head, "[]", *rest])


@pytest.mark.parametrize("lines", [[], ["{}"], ['{"kind":"run","schema":99}'], ['{"kind":"done","at":1}']])
def test_what_has_no_header_of_this_schema_is_no_history(lines: list[str]) -> None:
    with pytest.raises(UsageError, match="no run header of schema 1"):
        history_from_lines(lines)


@pytest.mark.parametrize("left_out", ["scenario", "seed", "ground_truth"])
def test_a_header_with_a_part_missing_is_refused(left_out: str) -> None:
    head = json.loads(next(HISTORY.to_lines()))
    del head[left_out]
    with pytest.raises(UsageError, match=f"its run header has no '{left_out}'"):
        history_from_lines([json.dumps(head)])


def test_a_history_gives_its_entries_by_class_and_its_end() -> None:
    assert [entry.at for entry in HISTORY.of(Done)] == [1.0]
    assert HISTORY.end == 2.0
    assert History(HISTORY.conditions, ()).end == 0.0


def test_conditions_say_how_to_repeat_the_run() -> None:
    assert HISTORY.conditions.repeat.startswith("ssechaos run calm")
    assert "--seed 7" in HISTORY.conditions.repeat


def of_a_target() -> Conditions:
    terms = Terms(numbering=Numbering("/n"), until=Until(data="[DONE]"))
    clients = Clients(policy=ClientPolicy(terms=terms))
    return Conditions(
        scenario=Scenario(name="calm", does="nothing", clients=clients),
        seed=7,
        target="http://x/s?…",
        options=("--until", "data:[DONE]", "--header", "A: $KEY"),
        ground_truth="witness",
    )


def test_how_a_target_was_asked_and_read_is_kept_so_that_it_can_be_judged_again() -> None:
    read = history_from_lines(History(of_a_target(), ()).to_lines()).conditions
    assert read == of_a_target()
    assert read.terms.until.data == "[DONE]"


def test_a_run_against_a_target_is_repeated_with_all_its_options() -> None:
    words = shlex.split(of_a_target().repeat)
    assert words[-6:] == ["--target", "http://x/s?…", "--until", "data:[DONE]", "--header", "A: $KEY"]


def test_a_history_from_before_there_were_terms_and_options_is_read() -> None:
    head = json.loads(next(HISTORY.to_lines()))
    del head["options"], head["scenario"]["clients"]["policy"]["terms"]
    assert history_from_lines([json.dumps(head)]).conditions == HISTORY.conditions


def test_a_recorder_stamps_entries_with_the_time_since_the_run_began() -> None:
    times = iter([100.0, 100.5, 102.0, 103.0])
    record = Recorder(lambda: next(times))
    record(Done, client="c1")
    assert record(Done, client="c2") == Done(at=2.0, client="c2")
    assert [entry.at for entry in record.entries] == [0.5, 2.0]
    assert record.now() == 3.0
