"""A scenario in one line is one like any other."""

from __future__ import annotations

import pytest

from ssechaos.checkers import judge
from ssechaos.errors import UsageError
from ssechaos.faults import Handoff, Reset
from ssechaos.model import Step, Verdict
from ssechaos.networks import NETWORKS
from ssechaos.runner import play_to_end
from ssechaos.setups import Setup
from ssechaos.testing import scenario


def test_it_says_what_it_does_and_when() -> None:
    made = scenario("handoff", Handoff(), 1.0, 2.5)
    assert (made.name, made.does) == ("handoff", "handoff from 1 s to 2.5 s")
    assert made.schedule == (Step(Handoff(), 1.0, 2.5),)
    assert scenario("reset", Reset(), 1.0, 1.0).does == "reset at 1 s"


def test_its_client_notices_silence_and_comes_back() -> None:
    setup = Setup(network=NETWORKS["simulated"]())
    judgement = judge(play_to_end(scenario("handoff", Handoff(), 1.0, 2.0), setup, seed=1))
    assert judgement.verdict is Verdict.PASS
    assert judgement.measurements["reconnects"] == 1


def test_a_fault_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(UsageError):
        scenario("reset", Reset(), 2.0, 1.0)
