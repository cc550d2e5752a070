"""Prints which scenario catches which bug: ``python tests/zoo/scorecard.py [BUG ...]``.

A few minutes for all of them; one bug takes seconds.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bugzoo import ZOO
from bugzoo.playing import SCENARIOS, blamed, judged

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
    return f"{bug.name}: {len(caught)} of {len(SCENARIOS)}: {where or 'NOT CAUGHT'}\n"


if __name__ == "__main__":
    wanted = set(sys.argv[1:])
    for one in ZOO:
        if not wanted or one.name in wanted:
            sys.stdout.write(line(one))
            sys.stdout.flush()
