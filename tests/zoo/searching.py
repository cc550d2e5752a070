"""Searches for each bug of the zoo, and keeps the smallest schedule that shows it in ``tests/zoo/found/``.

    python tests/zoo/searching.py [BUG ...]

A few minutes for all of them. What is kept is played again by the tests, in virtual time and on real sockets.
"""

from __future__ import annotations

import json
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bugzoo import ZOO

from ssechaos.networks import NETWORKS
from ssechaos.search.crew import Plan, search
from ssechaos.search.saved import write_failure

if TYPE_CHECKING:
    from ssechaos.search.batch import Found
    from ssechaos.setups import Setup

SEED = 1
MOST_RUNS = 2000
FOUND = Path(__file__).parent / "found"
_OF_THE_MOMENT = ("repeat", "versions")
"""What a saved failure says of where and with what it was made."""


def simulated(name: str) -> Setup:
    """The bug of this name on the simulated network."""
    (bug,) = (bug for bug in ZOO if bug.name == name)
    return bug.setup(NETWORKS["simulated"]())


def searched(name: str) -> str:
    """Look for the bug, keep what is found, and say in one line what it took."""
    (bug,) = (bug for bug in ZOO if bug.name == name)
    report = search(Plan(setup=partial(simulated, name), seed=SEED, runs=MOST_RUNS))
    if not report.found:
        return f"{name}: NOT FOUND in {report.runs} runs"
    found = _best(report.found, bug.caught_by)
    with tempfile.TemporaryDirectory() as folder:
        taken = {"seed": SEED, "runs": report.runs, "shrinking": report.shrinking}
        written = write_failure(found, simulated(name), Path(folder), taken)
        content = json.loads(written.path.read_text(encoding="utf-8"))
    kept = {key: value for key, value in content.items() if key not in _OF_THE_MOMENT}
    FOUND.mkdir(exist_ok=True)
    (FOUND / f"{name}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    steps = ", ".join(step.fault.kind for step in found.case.scenario.schedule) or "no fault at all"
    return f"{name}: {found.failure.name} after {report.runs} runs, shrunk to {steps}"


def _best(found: tuple[Found, ...], names: frozenset[str]) -> Found:
    """Of the failures of one batch, the one under the bug's own name, if there is one."""
    return next((one for one in found if one.failure.name in names), found[0])


if __name__ == "__main__":
    wanted = sys.argv[1:] or [bug.name for bug in ZOO]
    with ProcessPoolExecutor() as crew:
        for line in crew.map(searched, wanted):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
