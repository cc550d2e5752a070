"""What was tried is counted in runs, and only what left evidence counts."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

from ssechaos.faults import HalfOpen, Latency, Reset, Stall
from ssechaos.model import Step
from ssechaos.search.coverage import Coverage, all_pairs, covered, rarest
from ssechaos.search.phases import Phase
from ssechaos.search.trial import attempt
from ssechaos.search.tried import tried

if TYPE_CHECKING:
    from collections.abc import Callable

    from ssechaos.search.case import Case
    from ssechaos.setups import Setup

    Make = Callable[..., Case]


def played(case: Case, setup: Setup) -> Coverage:
    history = attempt(case, setup).history
    assert history is not None
    return covered(history)


def test_a_fault_that_bit_counts_once_with_the_phases_that_it_met(case: Make, reference: Setup) -> None:
    found = played(case(Step(Reset(), 0.0, 0.0), Step(Reset(), 0.2, 0.2)), reference)
    assert (found.runs, found.idle, found.kinds) == (1, 0, Counter({"reset": 1}))
    assert found.pairs == Counter()
    assert found.phases == Counter({Phase.LIVE: 1})


def test_a_fault_without_evidence_was_not_tried(case: Make, reference: Setup) -> None:
    found = played(case(Step(HalfOpen(), 9.0, 9.5)), reference)
    assert found == Coverage(runs=1, idle=1)


def test_faults_in_force_together_are_a_pair(case: Make, reference: Setup) -> None:
    steps = (Step(Latency(delay=0.1), 0.0, 2.0), Step(Stall(), 0.2, 0.9))
    assert played(case(*steps), reference).pairs == Counter({("latency", "stall"): 1})
    apart = (Step(Latency(delay=0.1), 0.0, 0.1), Step(Stall(), 0.2, 0.9))
    assert played(case(*apart), reference).pairs == Counter()


def test_a_run_without_faults_tries_nothing(case: Make, reference: Setup) -> None:
    assert played(case(), reference) == Coverage(runs=1)


def test_coverage_adds_up() -> None:
    one = Coverage(2, 1, Counter(a=1), Counter({("a", "b"): 1}), Counter({Phase.LIVE: 2}))
    other = Coverage(3, 0, Counter(a=1, b=1), Counter(), Counter({Phase.IN_BACKOFF: 1}))
    both = one + other
    assert (both.runs, both.idle, both.kinds) == (5, 1, Counter(a=2, b=1))
    assert both.phases == Counter({Phase.LIVE: 2, Phase.IN_BACKOFF: 1})
    assert one + Coverage() == one


def test_the_rarest_pairs_come_first_and_dice_decide_among_equals() -> None:
    coverage = Coverage(pairs=Counter({("a", "a"): 3, ("a", "b"): 1}))
    assert rarest(coverage, "ab", Random(1)) == (("b", "b"), ("a", "b"), ("a", "a"))
    assert rarest(Coverage(), "abcd", Random(1)) != rarest(Coverage(), "abcd", Random(2))


def test_pairs_that_are_never_drawn_are_not_waited_for() -> None:
    loss = "packet_loss"
    assert all_pairs(("slicer", loss, "down")) == (
        ("down", "down"),
        ("down", loss),
        ("down", "slicer"),
        (loss, loss),
    )


def test_what_was_tried_is_told_with_what_was_not() -> None:
    coverage = Coverage(7, 2, Counter(a=4, b=1), Counter({("a", "b"): 1}), Counter({Phase.LIVE: 3}))
    assert tried(coverage, "ab") == [
        "without any effect: 2 of 7",
        "faults that bit, in runs: a 4, b 1",
        "pairs of faults in force together: 1 of 3",
        "never together: a with a, b with b",
        (
            "met the client, in runs: open and live 3, before the first id 0, in backoff 0, "
            "while connecting again 0, in the middle of a replay 0, at the end, when all was sent 0"
        ),
    ]
    assert "and 13 more" in tried(Coverage(), "abcdef")[3]
