"""A batch: the same seed finds the same, and what is found is made small."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ssechaos.search.batch import Batch, play_batch
from ssechaos.search.trial import attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.setups import Setup

HISTORIES = """
from hashlib import blake2s
from random import Random
from ssechaos.search.dice import Rolled
from ssechaos.search.drawing import draw_case
from ssechaos.search.pairs import setup_named
from ssechaos.search.trial import attempt

setup, dice, every = setup_named(), Rolled(Random(7)), blake2s()
for _ in range(40):
    for line in attempt(draw_case(dice), setup).history.to_lines():
        every.update(line.encode())
print(every.hexdigest())
"""


def histories(hash_seed: int) -> str:
    """What 40 cases look like in a process of its own, down to the last byte."""
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", HISTORIES],
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_reference_pair_survives(reference: Setup) -> None:
    result = play_batch(Batch("1:0", 60), reference)
    assert result.found == ()
    assert (result.runs, result.shrinking, result.coverage.runs) == (60, 0, 60)


def test_the_same_seed_gives_the_same_and_another_one_does_not(reference: Setup) -> None:
    first, again, other = (play_batch(Batch(seed, 15), reference) for seed in ("1:0", "1:0", "1:1"))
    assert first == again
    assert first.coverage != other.coverage


def test_histories_are_the_same_in_every_process() -> None:
    assert histories(1) == histories(2)


@pytest.mark.parametrize(
    ("bug", "name", "steps"),
    [
        ("sends_no_last_event_id", "resume", 1),
        ("partial_event_kept_across_reconnect", "corrupted", 1),
        ("skips_gaps", "false_completion", 1),
        ("encodes_as_latin_1", "corrupted", 0),
    ],
)
def test_a_planted_bug_is_found_and_made_small(
    planted: Callable[[str], Setup], bug: str, name: str, steps: int
) -> None:
    setup = planted(bug)
    result = play_batch(Batch("1:0", 100), setup)
    found = next(found for found in result.found if found.failure.name == name)
    assert len(found.case.scenario.schedule) == steps
    assert found.case.scenario.workload.events == 4
    failure = attempt(found.case, setup).failure
    assert failure == found.failure


def test_failures_of_other_names_are_found_beside_the_first(planted: Callable[[str], Setup]) -> None:
    result = play_batch(Batch("1:0", 100), planted("never_deduplicates"))
    assert {found.failure.name for found in result.found} >= {"duplicates", "false_completion"}
    assert result.runs + result.shrinking > 100


def test_a_failure_that_does_not_come_again_is_the_harness(planted: Callable[[str], Setup]) -> None:
    setup = planted("encodes_as_latin_1")
    source, opened = setup.source, [0]
    right = planted("sends_no_heartbeats").source

    class Once:
        name, ground_truth = source.name, source.ground_truth
        options, policy = source.options, source.policy
        refuses, path = source.refuses, source.path

        def open(self, *arguments):
            opened[0] += 1
            return (source if opened[0] == 1 else right).open(*arguments)

    object.__setattr__(setup, "source", Once())
    found = play_batch(Batch("1:0", 1), setup).found
    assert [(one.failure.name, one.failure.harness) for one in found] == [("not_repeatable", True)]


def test_a_batch_can_be_stopped_between_two_cases(reference: Setup) -> None:
    answers = iter([False, False, True])
    with pytest.raises(KeyboardInterrupt):
        play_batch(Batch("1:0", 10), reference, lambda: next(answers))
