"""Prints what catches which bug, scenarios and the search: ``python tests/zoo/scorecard.py [BUG ...]``.

A few minutes for all of them; one bug takes seconds. What the search found is read from ``found/``, where
``searching.py`` put it.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from bugzoo import ZOO
from bugzoo.playing import SCENARIOS, blamed, judged
from searching import FOUND

if TYPE_CHECKING:
    from bugzoo import Bug


def catches(bug: Bug) -> dict[str, frozenset[str]]:
    """The scenarios that catch the bug by one of its names, each with the names."""
    found = {name: blamed(judged(scenario, bug)) & bug.caught_by for name, scenario in SCENARIOS.items()}
    return {name: names for name, names in found.items() if names}


def line(bug: Bug) -> str:
    """A bug, with all that catches it."""
    caught = catches(bug)
    where = ", ".join(f"{name} ({' '.join(sorted(names))})" for name, names in caught.items())
    scenarios = f"{len(caught)} of {len(SCENARIOS)} scenarios: {where or 'NOT CAUGHT'}"
    return f"{bug.name}\n  {search(bug)}\n  {scenarios}\n"


def search(bug: Bug) -> str:
    """What the search took to find the bug, and the smallest schedule that shows it."""
    found = json.loads((FOUND / f"{bug.name}.json").read_text(encoding="utf-8"))
    steps = ", ".join(step["kind"] for step in found["scenario"]["schedule"]) or "no fault at all"
    return f"search: {found['finding']} after {found['search']['runs']} runs, by {steps}"


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    for one in ZOO:
        if not wanted or one.name in wanted:
            sys.stdout.write(line(one))
            sys.stdout.flush()
