"""What the search found of each bug: small, soon, and it fails in the same way on real sockets.

``searching.py`` made the files in ``found/``. They are played in virtual time each time; in real time, all side by
side, when ``SSECHAOS_TEST_FOUND`` is set, as that takes more than a minute.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import TYPE_CHECKING

import pytest
from bugzoo import ZOO
from searching import FOUND, MOST_RUNS, simulated

from ssechaos.checkers import judge
from ssechaos.model import Verdict
from ssechaos.networks import NETWORKS
from ssechaos.runner import play
from ssechaos.search.saved import read_saved
from ssechaos.search.trial import attempt

if TYPE_CHECKING:
    from pathlib import Path

    from bugzoo import Bug

    from ssechaos.model import Judgement

AT_ONE_INSTANT = {
    "drops_events_when_busy": "the event is dropped when it is produced in the very instant of the replay",
    "never_stops_retrying": "the try that is one too many comes 50 ms before the network is back",
    "resumes_from_its_own_cursor": "the reset strikes in the very instant in which an event is written",
}
"""Bugs whose smallest schedule needs two things at once, which virtual time gives and real time may not."""
MOST_STEPS = 3
SPACING = 0.1
"""Seconds between two starts, so that the machine is not too busy for times to say anything."""

REAL = pytest.mark.skipif(
    "SSECHAOS_TEST_FOUND" not in os.environ, reason="takes a minute of real time; set SSECHAOS_TEST_FOUND"
)
every_bug = pytest.mark.parametrize("bug", ZOO, ids=lambda bug: bug.name)


def saved_at(bug: Bug) -> Path:
    return FOUND / f"{bug.name}.json"


@every_bug
def test_it_was_found_soon_and_made_small(bug: Bug) -> None:
    content = json.loads(saved_at(bug).read_text(encoding="utf-8"))
    assert content["search"]["runs"] <= MOST_RUNS
    assert len(content["scenario"]["schedule"]) <= MOST_STEPS
    assert not content["harness"]


@every_bug
def test_what_was_found_fails_again_under_the_same_name(bug: Bug) -> None:
    failure = attempt(read_saved(saved_at(bug)).case, simulated(bug.name)).failure
    assert failure is not None
    assert failure.name == finding_of(bug)


@REAL
@pytest.mark.timeout(300)
async def test_each_fails_in_the_same_way_on_real_sockets() -> None:
    bugs = [bug for bug in ZOO if bug.name not in AT_ONE_INSTANT]
    judged = await asyncio.gather(*(on_sockets(bug, number * SPACING) for number, bug in enumerate(bugs)))
    other = {
        bug.name: f"{finding_of(bug)} in virtual time; on sockets {judgement.verdict.value}: {judgement.reason}"
        for bug, judgement in zip(bugs, judged, strict=True)
        if not names(judgement) & {finding_of(bug), *bug.caught_by}  # each of them gives this bug away
    }
    assert other == {}


def names(judgement: Judgement) -> set[str]:
    """Everything that is held against the run."""
    found = {finding.name for finding in judgement.findings if finding.verdict is Verdict.FAIL}
    return found | {result.name for result in judgement.objectives if not result.ok}


def finding_of(bug: Bug) -> str:
    finding: str = json.loads(saved_at(bug).read_text(encoding="utf-8"))["finding"]
    return finding


async def on_sockets(bug: Bug, delay: float) -> Judgement:
    """Play what was found on the embedded network, in real time, after a while."""
    case = read_saved(saved_at(bug)).case
    await asyncio.sleep(delay)
    return judge(await play(case.scenario, bug.setup(NETWORKS["embedded"]()), seed=case.seed))
