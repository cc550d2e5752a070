"""A fixed number of cases under one seed. What fails is shrunk.

A batch depends on its seed, its size and its focus only, never on what else runs, so that a search finds the same
on one core as on many.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from ssechaos.search.coverage import Coverage, covered, total
from ssechaos.search.dice import Rolled
from ssechaos.search.drawing import Focus, draw_case
from ssechaos.search.shrinking import shrunk
from ssechaos.search.trial import Failure, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.search.case import Case
    from ssechaos.search.trial import Outcome
    from ssechaos.setups import Setup


@dataclass(frozen=True, slots=True)
class Batch:
    """What one batch is made of. ``seed`` is any text."""

    seed: str
    size: int
    focus: Focus = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A failure, and the smallest case that shows it."""

    failure: Failure
    case: Case


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a batch.

    Attributes:
        runs: Cases that were played until the first failure, that one included; all of them when there is none.
        shrinking: How many more were played to shrink it, and to look for others beside it.
        coverage: What the cases up to the first failure have tried.
        found: Failures, each under another name, in the order in which they were met.
    """

    runs: int
    shrinking: int
    coverage: Coverage
    found: tuple[Found, ...]


def play_batch(batch: Batch, setup: Setup, stopped: Callable[[], bool] = lambda: False) -> Result:
    """Play the batch's cases, and shrink the first one that fails in each way.

    Raises:
        KeyboardInterrupt: ``stopped``, which is asked before each case, said so.
    """
    play = _Play(setup, stopped)
    random = Random(batch.seed)
    failures: dict[str, tuple[Failure, list[int], Case]] = {}
    tried: list[Coverage] = []
    for _ in range(batch.size):
        dice = Rolled(random)
        case = draw_case(dice, batch.focus)
        outcome = play(case)
        if not failures:
            tried.append(_tried(outcome))
        if outcome.failure is not None:
            failures.setdefault(outcome.failure.name, (outcome.failure, dice.numbers, case))
    found = tuple(_smallest(play, *failure) for failure in failures.values())
    return Result(len(tried), play.count - len(tried), total(tried), found)


class _Play:
    """Plays cases, counts them, and can be stopped."""

    def __init__(self, setup: Setup, stopped: Callable[[], bool]) -> None:
        self._setup = setup
        self._stopped = stopped
        self.count = 0

    def __call__(self, case: Case) -> Outcome:
        if self._stopped():
            raise KeyboardInterrupt
        self.count += 1
        return attempt(case, self._setup)


def _tried(outcome: Outcome) -> Coverage:
    return Coverage(runs=1) if outcome.history is None else covered(outcome.history)


def _smallest(play: _Play, failure: Failure, numbers: list[int], case: Case) -> Found:
    """The failure in its smallest form; one that does not come again is a failure of the harness."""
    seen = failure

    def fails(smaller: Case) -> bool:
        nonlocal seen
        again = play(smaller).failure
        if again is None or again.name != failure.name:
            return False
        seen = again
        return True

    small = shrunk(numbers, fails)
    if small is not None:
        return Found(seen, small)
    message = f"{failure.name} did not come again when the same case was played again: something outlives a run"
    return Found(Failure("not_repeatable", message, harness=True), case)
