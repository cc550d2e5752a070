"""The side that is wrong is the one that the verdict blames, for every planted bug."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bugzoo import ZOO
from bugzoo.planting import PlantedSource
from bugzoo.playing import SCENARIOS, judged

if TYPE_CHECKING:
    from bugzoo import Bug

UNTOLD = {
    "heartbeats_are_no_life": "only the objective on reconnects is missed, which says nothing of who broke them",
    "comments_become_events": "its server is not right either: it was planted beside it, to bring it out",
}
CASES = [
    pytest.param(bug, name, id=f"{bug.name}-{name}")
    for bug in ZOO
    if bug.name not in UNTOLD
    for name in bug.seen_in
]


def planted_in(bug: Bug) -> str:
    return "client" if bug.source().name == PlantedSource().name else "server"


@pytest.mark.parametrize(("bug", "name"), CASES)
def test_the_side_of_a_bug_is_blamed_and_no_other(bug: Bug, name: str) -> None:
    judgement = judged(SCENARIOS[name], bug)
    assert judgement.at_fault == planted_in(bug), [(f.name, f.side) for f in judgement.findings]
