"""Every planted bug is caught, by name, in the scenarios that are to bring it out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bugzoo import ZOO
from bugzoo.playing import SCENARIOS, blamed, judged, played

if TYPE_CHECKING:
    from bugzoo import Bug

CASES = [pytest.param(bug, name, id=f"{bug.name}-{name}") for bug in ZOO for name in bug.seen_in]


@pytest.mark.parametrize(("bug", "name"), CASES)
def test_a_bug_is_caught_by_name(bug: Bug, name: str) -> None:
    judgement = judged(SCENARIOS[name], bug)
    assert blamed(judgement) & bug.caught_by, f"{judgement.verdict.name} {judgement.reason}"


def test_every_bug_has_a_name_of_its_own_and_says_what_it_is() -> None:
    assert len({bug.name for bug in ZOO}) == len(ZOO) >= 30
    assert all(bug.says and bug.caught_by and bug.seen_in for bug in ZOO)


@pytest.mark.parametrize("bug", ZOO, ids=lambda bug: bug.name)
def test_a_bug_shows_in_the_same_way_every_time(bug: Bug) -> None:
    scenario = SCENARIOS[bug.seen_in[0]]
    assert played(scenario, bug).entries == played(scenario, bug).entries
